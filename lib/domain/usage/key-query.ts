/** The filters of keys that a query names more than once. */
export const REPEATED_KEY_FILTERS = ["state", "tag"] as const;
