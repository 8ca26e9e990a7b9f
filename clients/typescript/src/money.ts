/** Money: the API writes amounts as decimal text; programs count integer minor units. Nothing is ever rounded. */

import { EXPONENTS } from "./generated/facts.js";

const AMOUNT = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Return an amount as the API writes it in minor units: `"125.50"`, `"EUR"` is 12550.
 *
 * @throws RangeError if it is no amount, has more decimals than the currency, or the currency is unknown, or if a number
 * cannot hold it exactly.
 */
export function minorUnits(amount: string, currency: string): number {
  const decimals = exponent(currency);
  const [, sign = "", whole = "", rest = ""] = AMOUNT.exec(amount) ?? [];
  if (!whole || rest.length > decimals) {
    throw new RangeError(`"${amount}" is no amount of ${currency}, which has ${decimals} decimals.`);
  }
  const units = Number(sign + whole + rest.padEnd(decimals, "0"));
  if (!Number.isSafeInteger(units)) throw new RangeError(`"${amount}" is more than a number holds exactly.`);
  return units === 0 ? 0 : units;
}

/**
 * Return minor units as the API takes them: 12550, `"EUR"` is `"125.50"`.
 *
 * @throws RangeError if they are no whole number, or the currency is unknown.
 */
export function amountOf(minorUnits: number, currency: string): string {
  if (!Number.isSafeInteger(minorUnits)) throw new RangeError("Minor units are a whole number.");
  const decimals = exponent(currency);
  const digits = String(Math.abs(minorUnits)).padStart(decimals + 1, "0");
  const sign = minorUnits < 0 ? "-" : "";
  return sign + (decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits);
}

function exponent(currency: string): number {
  const decimals = Object.hasOwn(EXPONENTS, currency) ? EXPONENTS[currency] : undefined;
  if (decimals === undefined) throw new RangeError(`"${currency}" is no currency of ISO 4217.`);
  return decimals;
}
