// What scripts say, in the language of the page: the server writes the sentences into #words.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

export function word(name, values = {}) {
  const text = words[name] ?? name;
  return text.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}

export function counted(name, count) {
  return word(count === 1 ? `${name}_one` : `${name}_many`, { n: count });
}
