// Searches the archive in the reader's own browser. The index (search-index.js, made by broadsheet) is read when the reader turns
// to the search field; src/site/search.rs says how it is written. Nothing is sent anywhere, and results are put into the page
// as text, never as HTML.
(function () {
  "use strict";

  var form = document.getElementById("search-form");
  var field = document.getElementById("search-field");
  var status = document.getElementById("search-status");
  var list = document.getElementById("search-results");
  if (!form || !field || !status || !list) return;

  var MOST = 40;
  var DIGITS = " !#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
  var BASE = 92, ONE = 44, TWO = 84, FOUR = 91;
  var TWO_FROM = ONE;
  var THREE_FROM = TWO_FROM + (TWO - ONE) * BASE;
  var FOUR_FROM = THREE_FROM + (FOUR - TWO) * BASE * BASE;
  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  var KINDS = ["person", "organisation", "place"];
  var WORD = /[\p{Alphabetic}\p{N}]+(?:['’.,][\p{Alphabetic}\p{N}]+)*/gu;
  var IDEOGRAPH = /[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  var WHOLE = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "þ": "th" };

  var VALUES = {};
  for (var n = 0; n < BASE; n++) VALUES[DIGITS[n]] = n;

  // Small letters without accents, words one space apart.
  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[ßæœøđðħıłþ]/g, function (c) { return WHOLE[c]; })
      .replace(/['’]/g, "").replace(/[^\p{Alphabetic}\p{N}]+/gu, " ").trim();
  }
  function foldWord(text) { return fold(text).replace(/ /g, ""); }

  function Reader(text) { this.text = text; this.at = 0; }
  Reader.prototype.digit = function () { return VALUES[this.text[this.at++]]; };
  Reader.prototype.number = function () {
    var first = this.digit();
    if (first < ONE) return first;
    if (first < TWO) return (first - ONE) * BASE + this.digit() + TWO_FROM;
    if (first < FOUR) return ((first - TWO) * BASE + this.digit()) * BASE + this.digit() + THREE_FROM;
    return (this.digit() * BASE + this.digit()) * BASE + this.digit() + FOUR_FROM;
  };
  Reader.prototype.list = function () {
    var out = [];
    for (var left = this.number(); left > 0; left--) out.push(this.number());
    return out;
  };
  Reader.prototype.cut = function (length) { var text = this.text.substr(this.at, length); this.at += length; return text; };
  Reader.prototype.hexadecimal = function () {
    // More than 32 bits, fewer than 53.
    var value = 0;
    for (var i = 0; i < 8; i++) value = value * BASE + this.digit();
    return ("000000000000" + value.toString(16)).slice(-12);
  };

  function readWords(text, count) {
    var reader = new Reader(text), words = [], before = "";
    for (var i = 0; i < count; i++) {
      if (i === TWO_FROM || i === THREE_FROM || i === FOUR_FROM) before = "";
      var head = reader.digit();
      var word = before.substr(0, Math.floor(head / 3)) + reader.cut(reader.digit());
      before = word;
      if (head % 3 === 1) word = word.charAt(0).toUpperCase() + word.slice(1);
      if (head % 3 === 2) word = word.toUpperCase();
      words.push(word);
    }
    return words;
  }

  function isWord(text) { return /^[\p{Alphabetic}\p{N}]/u.test(text); }

  function readIndex(index) {
    var days = index.days.split(" "), words = readWords(index.words, index.counts[0]);
    function spell(list) {
      var out = "", after = false;
      list.forEach(function (id) {
        var word = words[id], is = isWord(word);
        out += (after && is ? " " : "") + word;
        after = is;
      });
      return out;
    }
    var stories = [], names = [], i;
    var reader = new Reader(index.stories), day = days.length - 1;
    for (i = 0; i < index.counts[1]; i++) {
      var story = { fields: [reader.list(), reader.list(), reader.list()] };
      day -= reader.number();
      story.last = days[day];
      story.first = days[day - reader.number()];
      var place = reader.number();
      if (place === 0) story.href = "threads/" + reader.hexadecimal() + ".html";
      else if (place === 1) story.href = "threads/" + reader.cut(reader.number()) + ".html";
      else story.href = "days/" + story.last + ".html#" + (place % 2 ? "brief-" : "story-") + ((place >> 1));
      story.title = spell(story.fields[0]);
      stories.push(story);
    }
    reader = new Reader(index.names);
    for (i = 0; i < index.counts[2]; i++) {
      var name = { fields: [reader.list()] };
      name.title = spell(name.fields[0]);
      name.stories = reader.number();
      name.kind = KINDS[reader.number()];
      var plain = reader.number() === 0;
      name.href = "names/" + (plain ? fold(name.title).replace(/ /g, "-") : reader.cut(reader.number())) + ".html";
      names.push(name);
    }
    return { folded: words.map(foldWord), stories: stories, names: names };
  }

  function terms(query) {
    var out = [];
    (query.normalize("NFC").match(WORD) || []).forEach(function (word) {
      var pieces = IDEOGRAPH.test(word) ? Array.from(word) : [word];
      pieces.forEach(function (piece) { piece = foldWord(piece); if (piece && out.indexOf(piece) < 0) out.push(piece); });
    });
    return out.slice(0, 12);
  }

  // How well each word of the index matches a term: whole words best, then the shorter beginnings.
  function weigh(folded, term) {
    var weights = new Float32Array(folded.length), any = false;
    for (var i = 0; i < folded.length; i++) {
      var word = folded[i];
      if (word === term) weights[i] = 1;
      else if (word.startsWith(term)) weights[i] = 0.35 + 0.45 * term.length / word.length;
      if (weights[i] > 0) any = true;
    }
    return any ? weights : null;
  }

  // Nothing begins so: perhaps an ending is in the way ("floods", "flooded").
  function match(folded, term) {
    var weights = weigh(folded, term);
    for (var gone = 1; !weights && gone <= 3 && term.length - gone >= 3; gone++) weights = weigh(folded, term.slice(0, -gone));
    return weights;
  }

  var FIELDS = [4, 2.5, 1];

  function find(items, weights) {
    var hits = [], holders = weights.map(function () { return 0; });
    items.forEach(function (item, at) {
      var scores = weights.map(function (of) {
        if (!of) return 0;
        var best = 0;
        item.fields.forEach(function (list, field) {
          for (var i = 0; i < list.length; i++) best = Math.max(best, of[list[i]] * FIELDS[field]);
        });
        return best;
      });
      var found = 0;
      scores.forEach(function (score, term) { if (score > 0) { found++; holders[term]++; } });
      if (found > 0) hits.push({ item: item, at: at, found: found, scores: scores });
    });
    hits.forEach(function (hit) {
      hit.score = 0;
      hit.scores.forEach(function (score, term) { hit.score += score * Math.log(1 + items.length / (1 + holders[term])); });
      // Of two that match alike, the shorter headline is more about the words.
      hit.score /= 1 + hit.item.fields[0].length / 100;
    });
    hits.sort(function (a, b) { return b.found - a.found || b.score - a.score || a.at - b.at; });
    return hits;
  }

  function search(index, query) {
    var wanted = terms(query);
    var weights = wanted.map(function (term) { return match(index.folded, term); });
    var stories = find(index.stories, weights), names = find(index.names, weights);
    var all = stories.length && stories[0].found === wanted.length;
    if (all) stories = stories.filter(function (hit) { return hit.found === wanted.length; });
    // A name is a result only where it is what was asked for.
    names = names.filter(function (hit) { return hit.found === wanted.length; });
    return { wanted: wanted, all: Boolean(all), stories: stories, names: names.slice(0, 5) };
  }

  function date(stem) {
    var parts = stem.split("-");
    return Number(parts[2]) + " " + MONTHS[Number(parts[1]) - 1] + " " + parts[0] + (parts[3] ? " (" + parts[3] + ")" : "");
  }

  function result(title, href, note) {
    var item = document.createElement("li"), link = document.createElement("a"), when = document.createElement("span");
    link.href = href;
    link.dir = "auto";
    link.textContent = title;
    when.className = "when";
    when.textContent = note;
    item.append(link, " ", when);
    return item;
  }

  function count(n, one, many) { return n + " " + (n === 1 ? one : many); }

  function show(index, query) {
    list.replaceChildren();
    list.hidden = true;
    if (!terms(query).length) { status.textContent = ""; return; }
    var found = search(index, query);
    found.names.forEach(function (hit) {
      list.append(result(hit.item.title, hit.item.href, hit.item.kind + ", in " + count(hit.item.stories, "story", "stories")));
    });
    found.stories.slice(0, MOST).forEach(function (hit) {
      var item = hit.item;
      list.append(result(item.title || "Untitled", item.href, item.first === item.last ? date(item.last) : date(item.first) + " to " + date(item.last)));
    });
    list.hidden = !list.children.length;
    var said = !found.stories.length && !found.names.length ? "Nothing found." : count(found.stories.length, "story", "stories");
    if (found.stories.length && !found.all) said = "No story has all of these words. " + said + " with some of them";
    if (found.names.length) said += " and " + count(found.names.length, "name", "names");
    if (found.stories.length > MOST) said += ", the " + MOST + " best shown";
    status.textContent = said === "Nothing found." ? said : said + ".";
  }

  var index = null, loading = false, timer = 0;

  function load() {
    if (loading) return;
    loading = true;
    var script = document.createElement("script");
    script.src = "search-index.js";
    script.onload = function () { index = readIndex(self.broadsheetIndex); self.broadsheetIndex = undefined; update(); };
    script.onerror = function () { loading = false; status.textContent = "The search index could not be read."; };
    document.head.append(script);
  }

  function update() {
    if (!index) { load(); if (field.value.trim()) status.textContent = "Reading the index…"; return; }
    show(index, field.value);
    // So that the way back from a story leads to the results again. Not every browser allows it for a file.
    try { history.replaceState(null, "", field.value.trim() ? "#q=" + encodeURIComponent(field.value.trim()) : "#"); } catch (e) { /* the results stay */ }
  }

  function soon() { clearTimeout(timer); timer = setTimeout(update, 150); }

  form.hidden = false;
  field.addEventListener("focus", load);
  field.addEventListener("input", soon);
  form.addEventListener("submit", function (event) { event.preventDefault(); clearTimeout(timer); update(); });

  function fromAddress() {
    var asked = /^#q=(.*)$/.exec(location.hash);
    if (asked) {
      try { field.value = decodeURIComponent(asked[1]); } catch (e) { return; }
      update();
    } else if (location.hash === "#search") field.focus();
  }
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
