/** The integer that a text begins with, 0 when it begins with none: how redis-cli reads counts and ports. */
export function leadingInteger(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? 0 : value;
}

/** The number that a text begins with, 0 when it begins with none. */
export function leadingNumber(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? 0 : value;
}
