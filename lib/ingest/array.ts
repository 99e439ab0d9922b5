type Plain = number | string | boolean | null;

/** A Postgres array literal of numbers, booleans and null: several times faster than letting the driver quote each. */
export function plainArray<Row>(rows: readonly Row[], pick: (row: Row) => Plain): string {
  let text = "";
  for (const row of rows) {
    const value = pick(row);
    text += value === null ? ",NULL" : `,${value}`;
  }
  return `{${text.slice(1)}}`;
}

/** A Postgres array literal of text and null. */
export function textArray<Row>(rows: readonly Row[], pick: (row: Row) => string | null): string {
  let text = "";
  for (const row of rows) {
    const value = pick(row);
    text += value === null ? ",NULL" : `,"${/[\\"]/.test(value) ? value.replace(/[\\"]/g, "\\$&") : value}"`;
  }
  return `{${text.slice(1)}}`;
}
