"use client";

import { Ellipsis, Search } from "lucide-react";
import { Menu, MenuItem, MenuLink } from "@/components/ui/menu";
import { NAV } from "./nav";
import { BOTTOM_ITEM } from "./nav-links";
import { showOverlay } from "./overlay";

const MORE = [
  "/pools",
  "/explore",
  "/dashboards",
  "/rules",
  "/silences",
  "/channels",
  "/deliveries",
  "/sources",
  "/settings",
];

/** The places that the bottom bar has no room for. */
export function MoreMenu() {
  return (
    <Menu
      align="end"
      side="top"
      trigger={
        <button type="button" className={BOTTOM_ITEM}>
          <Ellipsis aria-hidden className="size-5" strokeWidth={1.8} />
          More
        </button>
      }
    >
      <MenuItem icon={<Search aria-hidden />} onSelect={() => showOverlay("palette")}>
        Find
      </MenuItem>
      {NAV.flat()
        .filter(({ href }) => MORE.includes(href))
        .map(({ href, label, icon: Icon }) => (
          <MenuLink key={href} href={href} icon={<Icon aria-hidden />}>
            {label}
          </MenuLink>
        ))}
    </Menu>
  );
}
