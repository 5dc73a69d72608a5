// <section data-module="questionnaire-score">: the sum of the ten phototype items and the type of the score, as they are chosen.
const BANDS = [[6, "I"], [13, "II"], [20, "III"], [27, "IV"], [34, "V"], [40, "VI"]];

export function typeOf(score) {
  return BANDS.find(([limit]) => score <= limit)[1];
}

export function mount(section) {
  const draw = () => {
    const chosen = [...section.querySelectorAll('input[name^="fst_"]:checked')];
    const score = chosen.reduce((sum, input) => sum + Number(input.value), 0);
    section.querySelector("[data-score]").textContent = score;
    section.querySelector("[data-type]").textContent = chosen.length === 10 ? typeOf(score) : "–";
  };
  section.addEventListener("change", draw);
  draw();
}
