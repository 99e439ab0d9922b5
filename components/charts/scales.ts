/**
 * What Recharts gets in place of d3-scale (`next.config.js`). It asks for a scale by its name, so that a bundler keeps all of
 * them, and d3's dates and colours with them; both axes here are linear.
 */
export { scaleLinear } from "d3-scale";
