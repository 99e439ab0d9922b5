import type { SourceFormat } from "@/lib/features/sources/schemas";

/** How one kind of source is set up, as the server hands it to the browser. */
export interface Guide {
  format: SourceFormat;
  /** What people call it. */
  title: string;
  /** What it is, in a line. */
  about: string;
  /** Texts for `fillSetup`. */
  steps: readonly { title: string; text: string }[];
  /** Whether one of the steps is enough. */
  anyStep: boolean;
  /** Paths where a record may carry the key; null where the key is a field of its own. */
  keyPaths: readonly { path: string; what: string }[] | null;
  /** Whether the sender can sign what it sends. */
  signs: boolean;
}
