import "./globals.css";

import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Toaster } from "@/components/ui/toast";
import { ViewerProvider } from "@/components/ui/viewer";
import { PATH_HEADER } from "@/lib/http/client-address";
import { currentViewer } from "@/lib/http/viewer";
import { FONTS } from "./fonts";

export const metadata: Metadata = {
  title: { default: "Keygauge", template: "%s · Keygauge" },
  description: "Sees API keys run dry before they do.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfbfc" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0d10" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  const { theme: chosen, ...eyes } = await currentViewer();
  // A screen on the wall is dark, whatever its browser prefers.
  const onWall = (await headers()).get(PATH_HEADER)?.split("?")[0] === "/wall";
  const theme = onWall ? "dark" : chosen;
  return (
    <html lang="en" className={FONTS} data-theme={theme === "system" ? undefined : theme}>
      <body>
        <ViewerProvider {...eyes} renderedAt={Date.now()}>
          {children}
          <Toaster />
        </ViewerProvider>
      </body>
    </html>
  );
}
