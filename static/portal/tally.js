// Adds up the ticked rows of a form, per currency. The form works without it.
document.addEventListener("DOMContentLoaded", () => {
  const tally = document.getElementById("tally");
  const boxes = [...document.querySelectorAll("input[data-amount]")];
  if (!tally || !boxes.length) return;

  const show = () => {
    const chosen = boxes.filter((box) => box.checked);
    const sums = new Map();
    for (const { dataset } of chosen) {
      sums.set(dataset.currency, (sums.get(dataset.currency) ?? 0n) + BigInt(dataset.amount));
    }
    const texts = [...sums].map(([currency, amount]) => {
      const style = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" });
      const decimals = style.resolvedOptions().maximumFractionDigits;
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return `${(Number(amount) / 10 ** decimals).toLocaleString("en", digits)} ${currency}`;
    });
    tally.textContent = chosen.length ? `Chosen: ${chosen.length}, ${texts.join(" and ")}` : "";
  };
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
});
