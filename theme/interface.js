// mdBook's own words in Indonesian, and mends of its markup for keyboards and screen readers.
(() => {
  'use strict';

  const all = selector => [...document.querySelectorAll(selector)];
  const byId = id => document.getElementById(id);
  const isIndonesian = /^id\b/i.test(document.documentElement.lang);
  const say = (indonesian, english) => (isIndonesian ? indonesian : english);

  // Words: what mdBook says, and what a reader of an Indonesian book is to read.

  const WORDS = {
    'Table of contents': 'Daftar isi',
    'Toggle Table of Contents': 'Buka atau tutup daftar isi',
    'Change theme': 'Ganti tema',
    Themes: 'Tema',
    Auto: 'Otomatis',
    Light: 'Terang',
    Rust: 'Rust (terang)',
    Coal: 'Arang (gelap)',
    Navy: 'Biru tua (gelap)',
    Ayu: 'Ayu (gelap)',
    'Search (`/`)': 'Cari (`/`)',
    'Toggle Searchbar': 'Buka atau tutup pencarian',
    'Search this book ...': 'Cari di buku ini …',
    'Print this book': 'Cetak buku ini',
    'Git repository': 'Repositori Git',
    'Suggest an edit': 'Usulkan perbaikan',
    'Page navigation': 'Navigasi halaman',
    'Previous chapter': 'Bab sebelumnya',
    'Next chapter': 'Bab berikutnya',
    'Keyboard shortcuts': 'Pintasan papan ketik',
    'Copy to clipboard': 'Salin',
    'Copied!': 'Tersalin!',
    'Clipboard error!': 'Gagal menyalin!',
    'Show hidden lines': 'Tampilkan baris tersembunyi',
    'Hide lines': 'Sembunyikan baris',
    'Run this code': 'Jalankan kode ini',
    'Undo changes': 'Batalkan perubahan',
    Note: 'Catatan',
    Tip: 'Tip',
    Important: 'Penting',
    Warning: 'Peringatan',
    Caution: 'Awas',
  };
  // In these sentences there are keys between the words.
  const PIECES = {
    Press: 'Tekan',
    or: 'atau',
    'to navigate between chapters': 'untuk berpindah bab',
    'to search in the book': 'untuk mencari di buku ini',
    'to show this help': 'untuk menampilkan bantuan ini',
    'to hide this help': 'untuk menutup bantuan ini',
  };

  function translateText(holder, words) {
    for (const node of holder.childNodes) {
      const word = node.nodeType === Node.TEXT_NODE ? words[node.data.trim()] : undefined;
      if (word) node.data = node.data.replace(node.data.trim(), word);
    }
  }

  function translateCount(header) {
    const some = header.textContent.match(/^(\d+) search results? for '(.*)':$/s);
    const none = header.textContent.match(/^No search results for '(.*)'\.$/s);
    if (some) header.textContent = `${some[1]} hasil pencarian untuk “${some[2]}”:`;
    if (none) header.textContent = `Tidak ada hasil pencarian untuk “${none[1]}”.`;
  }

  /** Does something now, and again whenever what an element holds has changed. */
  function keep(target, action) {
    if (!target) return;
    const observer = new MutationObserver(() => {
      action(target);
      observer.takeRecords();
    });
    action(target);
    observer.observe(target, { childList: true });
  }

  function translate() {
    for (const holder of all('[title], [aria-label], [placeholder]')) {
      for (const name of ['title', 'aria-label', 'placeholder']) {
        const word = WORDS[holder.getAttribute(name)];
        if (word) holder.setAttribute(name, word);
      }
    }
    all('.theme, .blockquote-tag-title, .mdbook-help-title').forEach(holder => translateText(holder, WORDS));
    all('#mdbook-help-popup p').forEach(holder => translateText(holder, PIECES));
    document.title = document.title.replace(/^Page not found/, 'Halaman tidak ditemukan');
    keep(byId('mdbook-searchresults-header'), translateCount);
    all('.clip-button > .tooltiptext').forEach(holder => keep(holder, () => translateText(holder, WORDS)));
  }

  // Mends.

  // mdBook's toggle is a label, which no keyboard reaches and which may not say whether it is open. A button takes its
  // place, and presses the label where nobody sees it.
  function mendSidebarToggle() {
    const label = byId('mdbook-sidebar-toggle');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = label.className;
    button.append(...label.childNodes);
    button.addEventListener('click', () => label.click());
    const follow = () => {
      for (const name of ['title', 'aria-label', 'aria-controls', 'aria-expanded']) {
        button.setAttribute(name, label.getAttribute(name));
      }
    };
    follow();
    new MutationObserver(follow).observe(label, { attributeFilter: ['aria-expanded', 'title', 'aria-label'] });
    button.id = label.id;
    label.id += '-label';
    label.hidden = true;
    label.before(button);
  }

  function mendLandmarks() {
    byId('mdbook-menu-bar').setAttribute('role', 'banner');
    byId('mdbook-search-wrapper')?.setAttribute('role', 'search');
  }

  function mendSearch() {
    const box = byId('mdbook-searchbar');
    if (!box) return;
    box.setAttribute('aria-label', say('Cari di buku ini', 'Search this book'));
    box.setAttribute('aria-describedby', 'mdbook-searchresults-header');
    byId('mdbook-searchresults-header').setAttribute('role', 'status');
    // A label on an element without a role is read by nobody, and forbidden.
    keep(byId('mdbook-searchresults'), results => {
      results.querySelectorAll('.teaser').forEach(teaser => teaser.removeAttribute('aria-label'));
    });
  }

  function mendTasks() {
    for (const box of all('main li input[type="checkbox"]')) {
      const item = box.closest('li');
      const text = [...item.childNodes].filter(node => !/^(UL|OL)$/.test(node.nodeName));
      box.setAttribute('aria-label', text.map(node => node.textContent).join('').trim());
    }
  }

  // What scrolls sideways must be reachable by keyboard, and its arrow keys must not turn the page.
  function mendScrollers() {
    const name = holder => (holder.matches('.table-wrapper') ? say('Tabel', 'Table') : say('Kode', 'Code'));
    const update = holder => {
      const scrolls = holder.scrollWidth > holder.clientWidth;
      for (const [key, value] of [['tabindex', '0'], ['role', 'group'], ['aria-label', name(holder)]]) {
        if (scrolls) holder.setAttribute(key, value);
        else holder.removeAttribute(key);
      }
    };
    const observer = new ResizeObserver(entries => entries.forEach(entry => update(entry.target)));
    for (const holder of all('main pre > code, main .table-wrapper')) {
      observer.observe(holder);
      holder.addEventListener('keydown', event => {
        if (/^Arrow(Left|Right)$/.test(event.key) && holder.hasAttribute('tabindex')) event.stopPropagation();
      });
    }
  }

  // Paper cannot be unfolded. A browser that cannot do it by style alone gets every answer open, and folded again.
  function mendPrint() {
    let opened = [];
    window.addEventListener('beforeprint', () => {
      opened = all('main details:not([open])');
      opened.forEach(details => { details.open = true; });
    });
    window.addEventListener('afterprint', () => opened.forEach(details => { details.open = false; }));
  }

  mendPrint();
  mendSidebarToggle();
  mendLandmarks();
  mendSearch();
  mendTasks();
  mendScrollers();
  if (isIndonesian) translate();
})();
