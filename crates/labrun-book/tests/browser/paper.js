// Texts of the page that are pale: on what is behind them, or on bare paper. Diagrams have a probe of their own.
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
