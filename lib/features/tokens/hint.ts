/** The last four characters, enough to tell tokens apart. */
export const tokenHint = (token: string): string => `…${token.slice(-4)}`;
