// Measures every label of every diagram on the page: its contrast against what is painted behind it, and the size of its
// letters on the screen. axe does neither for SVG. Returns [{text, contrast, size, place}].
//
// What is behind a label is worked out from the drawing: of the shapes painted before it, those that contain the point, on
// the colours of the elements around the diagram. The weakest of three points counts, so that a label which leaves its shape is found.

// Opacity of an element and all around it, up to the drawing.
const opacity = (element, top) => {
  let value = 1;
  for (let e = element; e; e = e.parentElement) {
    value *= Number(getComputedStyle(e).opacity);
    if (e === top) break;
  }
  return value;
};
const shown = (element) => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 0.5 && box.height > 0.5;
};
const ownText = (element) =>
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');

const results = [];
for (const svg of document.querySelectorAll('figure.diagram svg')) {
  let page = [255, 255, 255];
  const around = [];
  for (let e = svg; e; e = e.parentElement) around.unshift(e);
  for (const e of around) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    page = over(colour, colour[3], page);
  }
  const shapes = [...svg.querySelectorAll('rect, circle, ellipse, polygon, path')]
    .filter((shape) => !shape.closest('defs, marker, clipPath, mask, symbol') && shown(shape));
  const behind = (label, x, y) => {
    let colour = page;
    for (const shape of shapes) {
      if (!(shape.compareDocumentPosition(label) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      const style = getComputedStyle(shape);
      if (style.fill === 'none') continue;
      const local = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
      if (!shape.isPointInFill(local)) continue;
      const fill = parse(style.fill);
      colour = over(fill, fill[3] * Number(style.fillOpacity) * opacity(shape, svg), colour);
    }
    const html = [];
    for (let e = label; e && e !== svg; e = e.parentElement) {
      if (e instanceof HTMLElement) html.unshift(e);
    }
    for (const e of html) {
      const box = e.getBoundingClientRect();
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      const background = parse(getComputedStyle(e).backgroundColor);
      colour = over(background, background[3] * opacity(e, svg), colour);
    }
    return colour;
  };
  for (const label of svg.querySelectorAll('text, tspan, foreignObject *')) {
    if (!ownText(label) || !shown(label)) continue;
    const style = getComputedStyle(label);
    const inHtml = label instanceof HTMLElement;
    const ink = parse(inHtml ? style.color : style.fill);
    const alpha = ink[3] * (inHtml ? 1 : Number(style.fillOpacity)) * opacity(label, svg);
    const range = document.createRange();
    range.selectNodeContents(label);
    const box = range.getBoundingClientRect();
    const middle = (box.top + box.bottom) / 2;
    const weakest = [box.left + 1, (box.left + box.right) / 2, box.right - 1]
      .map((x) => behind(label, x, middle))
      .map((ground) => contrast(over(ink, alpha, ground), ground));
    // How much larger the drawing is on the screen than in itself.
    const frame = inHtml ? label.closest('foreignObject') : label.closest('text');
    const natural = inHtml ? frame.width.baseVal.value : frame.getBBox().width;
    const scale = frame.getBoundingClientRect().width / natural;
    results.push({
      text: label.textContent.trim().replace(/\s+/g, ' ').slice(0, 60),
      contrast: Math.round(Math.min(...weakest) * 100) / 100,
      size: Math.round(parseFloat(style.fontSize) * scale * 10) / 10,
      diagram: [...document.querySelectorAll('figure.diagram')].indexOf(svg.closest('figure.diagram')) + 1,
    });
  }
}
return results;
