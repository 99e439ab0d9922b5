import type { ColorToken } from "@/lib/domain/charts/series-look";

/** Sharp on dense screens and in slides. */
const SCALE = 2;
const PAD = 20;
const TITLE = 34;
const LEGEND = 26;

/** What of the page's styles a drawing needs to look the same on its own. */
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "paint-order",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
  "opacity",
];

/** A chart as it stands on the page, in its theme, as PNG: under its title, over its legend. */
export async function drawChart(
  drawing: SVGSVGElement,
  title: string,
  legend: readonly { label: string; color: ColorToken }[],
): Promise<Blob> {
  const { width, height } = drawing.getBoundingClientRect();
  const page = getComputedStyle(document.documentElement);
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * PAD) * SCALE;
  canvas.height = (height + TITLE + (legend.length > 0 ? LEGEND : 0) + 2 * PAD) * SCALE;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser draws no pictures");
  context.scale(SCALE, SCALE);
  context.fillStyle = page.getPropertyValue("--surface");
  context.fillRect(0, 0, canvas.width, canvas.height);
  const family = getComputedStyle(drawing).fontFamily;
  context.textBaseline = "middle";
  context.fillStyle = page.getPropertyValue("--fg");
  context.font = `600 15px ${family}`;
  context.fillText(title, PAD, PAD + 9, width);
  context.drawImage(await loaded(standalone(drawing, width, height)), PAD, PAD + TITLE, width, height);
  context.font = `12px ${family}`;
  let x = PAD;
  const y = PAD + TITLE + height + LEGEND / 2 + 4;
  for (const { label, color } of legend) {
    context.fillStyle = page.getPropertyValue(color);
    context.fillRect(x, y - 4, 8, 8);
    context.fillStyle = page.getPropertyValue("--fg-2");
    context.fillText(label, x + 14, y, 220);
    x += 14 + Math.min(220, context.measureText(label).width) + 18;
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("it is too large")) : resolve(blob)),
      "image/png",
    ),
  );
}

/** The drawing as a document of its own: every colour and font written out. */
function standalone(drawing: SVGSVGElement, width: number, height: number): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const from = [drawing, ...drawing.querySelectorAll<SVGElement>("*")];
  const to = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  from.forEach((element, index) => {
    const computed = getComputedStyle(element);
    const target = to[index];
    target?.setAttribute(
      "style",
      STYLES.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(";"),
    );
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
}

async function loaded(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}
