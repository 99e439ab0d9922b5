import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";

/** Makes the console's fonts known to the styles; for the html element. */
export const FONTS = `${GeistSans.variable} ${GeistMono.variable}`;
