/** Where the plot begins and ends within a chart, in CSS px; what stands above or below it in HTML keeps to the same edges. */
export const PLOT_LEFT = 52;
export const PLOT_RIGHT = 2;
