"""Small programs that people ask for all the time, in the languages that they are asked for in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """A program, and the words that ask for it."""

    told_by: tuple[frozenset[str], ...]
    """Groups of words; a prompt that has a word of each group asks for it."""
    code: Mapping[str, str]
    """The program by its language."""


def _words(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in groups)


SCRIPTS = (
    Script(_words("hello greet greets greeting", "world hello"), {
        "python": 'print("Hello, World!")',
        "javascript": 'console.log("Hello, World!");',
        "typescript": 'console.log("Hello, World!");',
        "bash": '#!/usr/bin/env bash\necho "Hello, World!"',
        "go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello, World!")\n}',
        "rust": 'fn main() {\n    println!("Hello, World!");\n}',
        "java": 'class Main {\n    public static void main(String[] args) {\n'
                '        System.out.println("Hello, World!");\n    }\n}',
        "c": '#include <stdio.h>\n\nint main(void) {\n    puts("Hello, World!");\n    return 0;\n}',
        "cpp": '#include <iostream>\n\nint main() {\n    std::cout << "Hello, World!\\n";\n}',
        "ruby": 'puts "Hello, World!"',
    }),
    Script(_words("fizzbuzz"), {
        "python": 'for n in range(1, 101):\n    print(("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0)) or n)',
        "javascript": 'for (let n = 1; n <= 100; n++) {\n'
                      '  console.log((n % 3 ? "" : "Fizz") + (n % 5 ? "" : "Buzz") || n);\n}',
        "bash": 'for n in $(seq 1 100); do\n  said=""\n  (( n % 3 == 0 )) && said="Fizz"\n'
                '  (( n % 5 == 0 )) && said="${said}Buzz"\n  echo "${said:-$n}"\ndone',
    }),
    Script(_words("count counts counting number many", "line lines"), {
        "python": 'import sys\n\n\ndef count_lines(path):\n    """Return how many lines a file has."""\n'
                  '    with open(path, encoding="utf-8") as file:\n        return sum(1 for _ in file)\n\n\n'
                  'if __name__ == "__main__" and len(sys.argv) > 1:\n    print(count_lines(sys.argv[1]))',
        "javascript": 'import { readFileSync } from "node:fs";\n\nexport function countLines(path) {\n'
                      '  return readFileSync(path, "utf8").split("\\n").length - 1;\n}',
        "bash": '#!/usr/bin/env bash\n# counts the lines of each file that is named, or of standard input\n'
                'set -euo pipefail\n\nif [ "$#" -eq 0 ]; then\n  wc -l\nfi\nfor file in "$@"; do\n'
                '  printf \'%s: %d\\n\' "$file" "$(wc -l < "$file")"\ndone',
    }),
    Script(_words("count counts counting", "word words"), {
        "python": 'from collections import Counter\n\n\ndef count_words(text):\n'
                  '    """Return how often each word occurs."""\n    return Counter(text.lower().split())',
        "javascript": 'function countWords(text) {\n  const counts = {};\n'
                      '  for (const word of text.toLowerCase().split(/\\s+/).filter(Boolean)) {\n'
                      '    counts[word] = (counts[word] ?? 0) + 1;\n  }\n  return counts;\n}',
        "bash": 'tr -cs \'[:alnum:]\' \'\\n\' < "$1" | sort | uniq -c | sort -rn',
    }),
    Script(_words("list find lists finds", "files file", "large larger largest big biggest"), {
        "bash": 'find "${1:-.}" -type f -size +"${2:-100}"M -exec ls -lh {} +',
    }),
    Script(_words("backup backups back"), {
        "bash": '#!/usr/bin/env bash\nset -euo pipefail\n\nsource="${1:?the folder to back up}"\n'
                'target="${2:-.}/$(basename "$source")-$(date +%F).tar.gz"\n'
                'tar -czf "$target" -C "$(dirname "$source")" "$(basename "$source")"\necho "$target"',
    }),
    Script(_words("rename renames", "files file"), {
        "bash": '#!/usr/bin/env bash\nset -euo pipefail\n\nfor file in *."${1:?old ending}"; do\n'
                '  mv -- "$file" "${file%.*}.${2:?new ending}"\ndone',
        "python": 'from pathlib import Path\n\n\ndef rename_files(folder, old, new):\n'
                  '    """Give the files with one ending another."""\n'
                  '    for path in Path(folder).glob(f"*.{old}"):\n        path.rename(path.with_suffix(f".{new}"))',
    }),
    Script(_words("read reads load loads parse parses", "json"), {
        "python": 'import json\n\n\ndef read_json(path):\n    """Return what a JSON file holds."""\n'
                  '    with open(path, encoding="utf-8") as file:\n        return json.load(file)',
        "javascript": 'import { readFile } from "node:fs/promises";\n\nexport async function readJson(path) {\n'
                      '  return JSON.parse(await readFile(path, "utf8"));\n}',
        "bash": 'jq . "$1"',
    }),
    Script(_words("read reads load loads parse parses", "csv"), {
        "python": 'import csv\n\n\ndef read_csv(path):\n    """Return the rows of a CSV file as dictionaries."""\n'
                  '    with open(path, newline="", encoding="utf-8") as file:\n'
                  '        return list(csv.DictReader(file))',
    }),
    Script(_words("fetch fetches request requests call calls get download downloads", "url api http endpoint"), {
        "python": 'import json\nfrom urllib.request import urlopen\n\n\ndef fetch_json(url):\n'
                  '    """Return the JSON that an address answers with."""\n'
                  '    with urlopen(url, timeout=10) as response:\n        return json.load(response)',
        "javascript": 'async function fetchJson(url) {\n  const response = await fetch(url);\n'
                      '  if (!response.ok) throw new Error(`${response.status} from ${url}`);\n'
                      '  return response.json();\n}',
        "typescript": 'export async function fetchJson<T>(url: string): Promise<T> {\n'
                      '  const response = await fetch(url);\n'
                      '  if (!response.ok) throw new Error(`${response.status} from ${url}`);\n'
                      '  return (await response.json()) as T;\n}',
        "bash": 'curl --fail --silent --show-error "$1"',
    }),
    Script(_words("binary", "search"), {
        "python": 'def binary_search(items, wanted):\n'
                  '    """Return the position of a value in a sorted list, -1 where it is not in it."""\n'
                  '    low, high = 0, len(items) - 1\n    while low <= high:\n        middle = (low + high) // 2\n'
                  '        if items[middle] == wanted:\n            return middle\n'
                  '        if items[middle] < wanted:\n            low = middle + 1\n        else:\n'
                  '            high = middle - 1\n    return -1',
        "javascript": 'function binarySearch(items, wanted) {\n  let low = 0;\n  let high = items.length - 1;\n'
                      '  while (low <= high) {\n    const middle = (low + high) >> 1;\n'
                      '    if (items[middle] === wanted) return middle;\n'
                      '    if (items[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n  }\n'
                      '  return -1;\n}',
    }),
    Script(_words("sort sorts sorting", "array list numbers items values bubble quick quicksort merge"), {
        "python": 'def sort_items(items):\n    """Return the items in order."""\n    if len(items) < 2:\n'
                  '        return list(items)\n    pivot, *others = items\n'
                  '    before = [each for each in others if each < pivot]\n'
                  '    behind = [each for each in others if each >= pivot]\n'
                  '    return [*sort_items(before), pivot, *sort_items(behind)]',
        "javascript": 'function sortItems(items) {\n  if (items.length < 2) return [...items];\n'
                      '  const [pivot, ...others] = items;\n'
                      '  const before = others.filter((each) => each < pivot);\n'
                      '  const behind = others.filter((each) => each >= pivot);\n'
                      '  return [...sortItems(before), pivot, ...sortItems(behind)];\n}',
        "bash": 'sort -n "$@"',
    }),
    Script(_words("remove removes unique duplicates deduplicate", "duplicates duplicate unique list array"), {
        "python": 'def unique(items):\n    """Return the items without duplicates, in their order."""\n'
                  '    return list(dict.fromkeys(items))',
        "javascript": 'function unique(items) {\n  return [...new Set(items)];\n}',
        "bash": 'awk \'!seen[$0]++\' "$@"',
    }),
)  # fmt: skip
"""The first that fits, and that is there in the language, is meant."""


def script_in(words: frozenset[str], language: str) -> str | None:
    """Return the program that a prompt of these words asks for in a language, None for any other."""
    fitting = (each for each in SCRIPTS if language in each.code and all(group & words for group in each.told_by))
    return next((each.code[language] for each in fitting), None)
