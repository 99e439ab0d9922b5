/** The look that menus, selects, comboboxes and popovers share. */
export const POPUP =
  "popup-motion overscroll-contain rounded-xl bg-raised text-fg text-sm shadow-pop outline-none by-default:overflow-y-auto by-default:p-1";

/** A row of a list of options: a column for the tick, a column for the words. */
export const OPTION =
  "grid min-h-8 cursor-default select-none grid-cols-[1rem_1fr] items-center gap-1.5 rounded-md px-2 py-1 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 pointer-coarse:min-h-[42px]";

const MENU_ROW =
  "flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 py-1 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 pointer-coarse:min-h-[42px] [&_svg]:size-[15px] [&_svg]:shrink-0";

/** A row of a menu. */
export const MENU_ITEM = `${MENU_ROW} [&_svg]:text-fg-3`;

/** One that takes something away. */
export const DANGER_ITEM = `${MENU_ROW} text-exhausted-text`;
