// Draws the diagrams of a page in the reader's theme. Loads Mermaid only where there is a diagram.
//
// <html data-diagram> says how far it is: `none`, `drawing`, `ready` or `failed`. Each diagram is drawn twice, once in
// the theme and once in light for paper, because a browser does not wait for a drawing when it prints.
(() => {
  'use strict';

  const root = document.documentElement;
  const figures = [...document.querySelectorAll('figure.diagram[data-script]')];
  const say = state => { root.dataset.diagram = state; };
  if (figures.length === 0) {
    say('none');
    return;
  }
  say('drawing');

  // No label is shown smaller than this, in pixels: a wider diagram scrolls.
  const SMALLEST = 12;
  const words = /^id\b/i.test(root.lang)
    ? {
      diagram: 'Diagram', enlarge: 'Perbesar', bigger: 'Lebih besar', smaller: 'Lebih kecil', whole: 'Ukuran asli',
      close: 'Tutup', failed: 'Diagram ini tidak dapat digambar. Inilah sumbernya:',
    }
    : {
      diagram: 'Diagram', enlarge: 'Enlarge', bigger: 'Larger', smaller: 'Smaller', whole: 'Natural size',
      close: 'Close', failed: 'This diagram cannot be drawn. Here is its source:',
    };
  // Only the page that holds the whole book for printing asks robots to stay away.
  const isPaper = document.querySelector('meta[name="robots"][content="noindex"]') !== null;
  const font = getComputedStyle(document.body).fontFamily;

  function element(name, className, ...children) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  }

  function button(text, action) {
    const made = element('button', 'diagram-button', text);
    made.type = 'button';
    made.addEventListener('click', action);
    return made;
  }

  // Colours: what the page has, moved away from what is behind it until it can be read.

  const mix = (from, to, part) => from.map((value, index) => Math.round(value + (to[index] - value) * part));
  const css = colour => `#${colour.map(value => value.toString(16).padStart(2, '0')).join('')}`;
  const light = colour => {
    const [red, green, blue] = colour.map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  function readable(colour, behind, least) {
    const end = light(behind) < 0.18 ? [255, 255, 255] : [0, 0, 0];
    let part = 0;
    while (part < 1 && contrast(mix(colour, end, part), behind) < least) part += 0.05;
    return mix(colour, end, Math.min(part, 1));
  }

  const probe = element('i', 'diagram-probe');
  document.body.append(probe);
  const ofPage = name => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  };
  const pageColours = () => ['--bg', '--fg', '--links'].map(ofPage);
  const PAPER = [[255, 255, 255], [0, 0, 0], [32, 96, 159]];

  function themeVariables([back, fore, links]) {
    const isDark = light(back) < 0.18;
    const box = mix(back, fore, isDark ? 0.16 : 0.07);
    const group = mix(back, fore, isDark ? 0.07 : 0.03);
    const note = mix(back, [255, 205, 60], isDark ? 0.2 : 0.35);
    const text = css(readable(fore, box, 8));
    const line = css(readable(mix(back, fore, 0.6), box, 4.6));
    const border = css(readable(links, box, 3.2));
    const [boxed, grouped, noted, clear] = [box, group, note, back].map(css);
    const variables = {
      darkMode: isDark, background: clear, fontFamily: font, fontSize: '16px',
      primaryColor: boxed, primaryTextColor: text, primaryBorderColor: border,
      secondaryColor: grouped, secondaryTextColor: text, secondaryBorderColor: border,
      tertiaryColor: grouped, tertiaryTextColor: text, tertiaryBorderColor: line,
      lineColor: line, textColor: text, titleColor: text, mainBkg: boxed, nodeBorder: border, nodeTextColor: text,
      clusterBkg: grouped, clusterBorder: line, edgeLabelBackground: clear, arrowheadColor: line,
      actorBkg: boxed, actorBorder: border, actorTextColor: text, actorLineColor: line, signalColor: line,
      signalTextColor: text, labelBoxBkgColor: boxed, labelBoxBorderColor: line, labelTextColor: text,
      loopTextColor: text, activationBkgColor: grouped, activationBorderColor: line, sequenceNumberColor: clear,
      noteBkgColor: noted, noteTextColor: css(readable(fore, note, 8)), noteBorderColor: line,
      labelColor: text, altBackground: grouped, transitionColor: line, transitionLabelColor: text, stateBkg: boxed,
      stateLabelColor: text, compositeBackground: grouped, compositeTitleBackground: boxed, compositeBorder: line,
      specialStateColor: line, innerEndBackground: line, classText: text, errorBkgColor: boxed, errorTextColor: text,
      attributeBackgroundColorOdd: boxed, attributeBackgroundColorEven: grouped, rowOdd: boxed, rowEven: grouped,
      sectionBkgColor: grouped, sectionBkgColor2: grouped, altSectionBkgColor: clear, gridColor: line,
      taskBkgColor: boxed, taskBorderColor: border, taskTextColor: text, taskTextDarkColor: text,
      taskTextLightColor: text, taskTextOutsideColor: text, taskTextClickableColor: text, activeTaskBkgColor: boxed,
      activeTaskBorderColor: border, doneTaskBkgColor: grouped, doneTaskBorderColor: line, critBkgColor: noted,
      critBorderColor: line, todayLineColor: border, pieTitleTextColor: text, pieLegendTextColor: text,
      pieSectionTextColor: text, pieStrokeColor: line, pieOuterStrokeColor: line, pieOpacity: '1',
      quadrantTitleFill: text, quadrantXAxisTextFill: text, quadrantYAxisTextFill: text, quadrantPointTextFill: text,
      commitLabelColor: text, commitLabelBackground: grouped, tagLabelColor: text, tagLabelBackground: boxed,
      tagLabelBorder: line,
    };
    for (let index = 0; index < 12; index += 1) {
      const hue = [[70, 130, 220], [60, 170, 90], [225, 130, 40], [170, 90, 200], [210, 70, 90], [40, 165, 175]][index % 6];
      const colour = mix(back, hue, (isDark ? 0.42 : 0.3) + (index > 5 ? 0.08 : 0));
      const label = css(readable(fore, colour, 5));
      Object.assign(variables, {
        [`pie${index + 1}`]: css(colour), [`cScale${index}`]: css(colour), [`cScaleLabel${index}`]: label,
        [`cScaleInv${index}`]: line, [`cScalePeer${index}`]: line, [`fillType${index}`]: css(colour),
        [`git${index}`]: css(colour), [`gitBranchLabel${index}`]: label, [`gitInv${index}`]: line,
      });
    }
    return variables;
  }

  // One diagram.

  let dialog, stage, opened = null, zoom = 1;

  const diagrams = figures.map(figure => {
    const view = element('div', 'diagram-view');
    // The arrow keys scroll here; mdBook would turn the page.
    view.addEventListener('keydown', event => {
      if (/^Arrow(Left|Right)$/.test(event.key)) event.stopPropagation();
    });
    const diagram = {
      figure, view, svg: null, failed: false,
      source: JSON.parse(figure.querySelector('script').textContent),
      words: new DOMParser().parseFromString(figure.querySelector('noscript').textContent, 'text/html').body.innerText,
    };
    figure.append(view);
    return diagram;
  });

  const isBefore = figure => heading => heading.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING;
  function headingOf(figure) {
    const headings = [...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')].filter(isBefore(figure));
    return headings.length > 0 ? headings.at(-1).textContent.trim() : document.title;
  }

  let count = 0;
  async function drawing(diagram) {
    count += 1;
    const { svg } = await window.mermaid.render(`diagram-${count}`, diagram.source);
    const template = document.createElement('template');
    template.innerHTML = svg;
    const drawn = template.content.querySelector('svg');
    drawn.removeAttribute('width');
    drawn.removeAttribute('height');
    drawn.removeAttribute('style');
    drawn.setAttribute('role', 'img');
    drawn.setAttribute('aria-roledescription', words.diagram);
    diagram.title = drawn.querySelector(':scope > title')?.textContent || `${words.diagram}: ${headingOf(diagram.figure)}`;
    if (!drawn.hasAttribute('aria-labelledby')) drawn.setAttribute('aria-label', diagram.title);
    drawn.style.setProperty('--natural', `${Math.ceil(drawn.viewBox.baseVal.width)}px`);
    return drawn;
  }

  function limit(svg) {
    const texts = [...svg.querySelectorAll('text, tspan, foreignObject *')].filter(text => text.textContent.trim());
    const sizes = texts.map(text => parseFloat(getComputedStyle(text).fontSize)).filter(size => size > 0);
    const scale = Math.min(2, SMALLEST / Math.min(16, ...sizes));
    svg.style.setProperty('--least', `${Math.ceil(svg.viewBox.baseVal.width * scale)}px`);
  }

  function show(diagram, svg) {
    if (diagram.svg) {
      diagram.svg.replaceWith(svg);
    } else {
      diagram.view.replaceChildren(svg);
      const enlarge = button(words.enlarge, () => open(diagram));
      enlarge.setAttribute('aria-label', `${words.enlarge}: ${diagram.title}`);
      diagram.view.after(element('div', 'diagram-bar', enlarge));
      new ResizeObserver(() => focusable(diagram.view, diagram.title)).observe(diagram.view);
    }
    diagram.svg = svg;
    limit(svg);
  }

  // What scrolls must be reachable by keyboard, and have a name.
  function focusable(view, name) {
    const scrolls = view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight;
    for (const [key, value] of [['tabindex', '0'], ['role', 'group'], ['aria-label', name]]) {
      if (scrolls) view.setAttribute(key, value);
      else view.removeAttribute(key);
    }
  }

  function fail(diagram, error) {
    diagram.failed = true;
    diagram.figure.dataset.state = 'failed';
    diagram.figure.querySelector('.diagram-bar')?.remove();
    if (opened === diagram) dialog.close();
    const source = element('pre', '', element('code', 'hljs', diagram.source));
    diagram.view.replaceChildren(element('p', '', diagram.words), element('p', '', words.failed), source);
    console.error(`diagram under "${headingOf(diagram.figure)}":`, error);
  }

  async function drawAll(colours, put, isWanted) {
    window.mermaid.initialize({
      startOnLoad: false, securityLevel: 'strict', suppressErrorRendering: true, theme: 'base',
      themeVariables: themeVariables(colours), fontFamily: font, htmlLabels: false, flowchart: { htmlLabels: false },
    });
    for (const diagram of diagrams) {
      if (!isWanted()) return;
      if (diagram.failed) continue;
      try {
        const svg = await drawing(diagram);
        if (isWanted()) {
          put(diagram, svg);
          diagram.figure.dataset.state = 'ready';
        }
      } catch (error) {
        fail(diagram, error);
      }
    }
  }

  function putOnPaper(diagram, svg) {
    const paper = element('div', 'diagram-paper', svg);
    if (!isPaper) paper.setAttribute('aria-hidden', 'true');
    diagram.figure.append(paper);
    if (isPaper) diagram.view.remove();
  }

  // Enlarged: the same drawing moves into a dialog and back.

  function enlarge(factor) {
    const old = zoom;
    zoom = factor === 0 ? 1 : Math.min(4, Math.max(0.25, zoom * factor));
    showZoom(old);
  }

  function showZoom(old) {
    const middle = stage.scrollLeft + stage.clientWidth / 2;
    stage.style.setProperty('--zoom', zoom);
    stage.scrollLeft = middle * (zoom / old) - stage.clientWidth / 2;
    focusable(stage, opened.title);
  }

  function makeDialog() {
    stage = element('div', 'diagram-stage');
    const smaller = button('−', () => enlarge(0.8));
    const bigger = button('+', () => enlarge(1.25));
    smaller.setAttribute('aria-label', words.smaller);
    bigger.setAttribute('aria-label', words.bigger);
    const bar = element('div', 'diagram-bar', smaller, button(words.whole, () => enlarge(0)), bigger,
      button(words.close, () => dialog.close()));
    dialog = element('dialog', 'diagram-dialog', bar, stage);
    dialog.addEventListener('keydown', event => {
      // The page's own keys, such as those that turn it, rest meanwhile.
      event.stopPropagation();
      const factor = { '+': 1.25, '=': 1.25, '-': 0.8, 0: 0 }[event.key];
      if (factor === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      enlarge(factor);
    });
    dialog.addEventListener('close', () => {
      opened.view.append(opened.svg);
      opened.view.style.minHeight = '';
      opened = null;
    });
    document.body.append(dialog);
  }

  function open(diagram) {
    if (!dialog) makeDialog();
    opened = diagram;
    dialog.setAttribute('aria-label', diagram.title);
    diagram.view.style.minHeight = `${diagram.view.offsetHeight}px`;
    const shown = diagram.svg.getBoundingClientRect().width;
    stage.replaceChildren(diagram.svg);
    dialog.showModal();
    // The whole diagram, and larger than it is by nature where there is room; but never smaller than it was on the page.
    const { width, height } = diagram.svg.viewBox.baseVal;
    const whole = Math.min(stage.clientWidth / width, stage.clientHeight / height, 2);
    zoom = Math.min(4, Math.max(whole, shown / width));
    stage.scrollTo(0, 0);
    showZoom(zoom);
  }

  // The page.

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${source} cannot be loaded`));
      document.head.append(script);
    });
  }

  let wanted = '';
  let isBusy = false;
  async function follow() {
    const key = JSON.stringify(pageColours());
    if (key === wanted) return;
    wanted = key;
    if (isBusy) return;
    isBusy = true;
    say('drawing');
    for (let drawn = ''; drawn !== wanted;) {
      drawn = wanted;
      await drawAll(JSON.parse(drawn), show, () => drawn === wanted);
    }
    isBusy = false;
  }
  const finish = () => say(diagrams.some(diagram => diagram.failed) ? 'failed' : 'ready');

  async function start() {
    try {
      // Mermaid measures its labels, and a font that comes later would not fit.
      await load(path_to_root + figures[0].dataset.script);
      await Promise.allSettled([document.fonts.load(`16px ${font}`), document.fonts.load(`bold 16px ${font}`)]);
      await document.fonts.ready;
    } catch (error) {
      diagrams.forEach(diagram => fail(diagram, error));
      finish();
      return;
    }
    if (!isPaper) await follow();
    await drawAll(PAPER, putOnPaper, () => true);
    finish();
    if (isPaper) return;
    const again = () => follow().then(() => { if (!isBusy) finish(); });
    new MutationObserver(again).observe(root, { attributeFilter: ['class'] });
    again();
  }

  const done = start();
  if (isPaper) {
    const print = window.print.bind(window);
    window.print = () => { done.then(print); };
  }
})();
