// What scripts say, in the language of the page: the server writes the sentences into #words, #said shows one of them.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const said = document.getElementById("said");

export function word(name, values = {}) {
  const text = words[name] ?? name;
  return text.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}

export function counted(name, count) {
  return word(count === 1 ? `${name}_one` : `${name}_many`, { n: count });
}

export function say(text) {
  said.textContent = text;
  said.title = text;
}
