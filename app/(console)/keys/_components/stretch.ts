/** The server answers with as many rows at a time. */
export const PAGE_ROWS = 50;
