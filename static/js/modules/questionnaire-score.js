// <section data-module="questionnaire-score" data-bands="6:1 13:2 …">: the sum of the ten phototype items and the type of
// the score, by the bands of the clinic's instruments, as they are chosen.
const ROMAN = ["", "I", "II", "III", "IV", "V", "VI"];

export const bandsOf = (text) => text.split(" ").map((pair) => pair.split(":").map(Number));

export function typeOf(score, bands) {
  const found = bands.find(([limit]) => score <= limit);
  return found ? ROMAN[found[1]] : "–";
}

export function mount(section) {
  const bands = bandsOf(section.dataset.bands);
  const draw = () => {
    const chosen = [...section.querySelectorAll('input[name^="fst_"]:checked')];
    const score = chosen.reduce((sum, input) => sum + Number(input.value), 0);
    section.querySelector("[data-score]").textContent = score;
    section.querySelector("[data-type]").textContent = chosen.length === 10 ? typeOf(score, bands) : "–";
  };
  section.addEventListener("change", draw);
  draw();
}
