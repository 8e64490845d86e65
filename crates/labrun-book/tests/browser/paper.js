// Texts of the page that are pale: on what is behind them, or on bare paper. Diagrams have a probe of their own.
const parse = (text) => {
  const canvas = parse.canvas ??= Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = '#000';
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (top, alpha, below) => below.map((value, i) => top[i] * alpha + value * (1 - alpha));
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return Math.round((light + 0.05) / (dark + 0.05) * 100) / 100;
};
const white = [255, 255, 255];
const seen = new Map();
const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (walker.currentNode.data.trim() === '' || !element.checkVisibility() || element.closest('figure.diagram')) continue;
  const around = [];
  for (let e = element; e; e = e.parentElement) around.unshift(e);
  let ground = white;
  for (const e of around) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    ground = over(colour, colour[3], ground);
  }
  const ink = parse(getComputedStyle(element).color);
  const [here, bare] = [ground, white].map((below) => contrast(over(ink, ink[3], below), below));
  if (Math.min(here, bare) >= 4.5) continue;
  const place = `${element.closest('[class]').className} <${element.localName}>`;
  if (!seen.has(place)) seen.set(place, {place, here, bare});
}
return [...seen.values()];
