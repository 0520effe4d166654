"""Small programs that people ask for all the time, in the languages that they are asked for in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.workersai.fakes.code_forms import words


@dataclass(frozen=True, slots=True)
class Script:
    """A program, and the words that ask for it."""

    told_by: tuple[frozenset[str], ...]
    """Groups of words; a prompt that has a word of each group asks for it."""
    code: Mapping[str, str]
    """The program by its language."""


SCRIPTS = (
    Script(
        words("hello greet greets greeting", "world hello"),
        {
            "python": 'print("Hello, World!")',
            "javascript": 'console.log("Hello, World!");',
            "typescript": 'console.log("Hello, World!");',
            "bash": '#!/usr/bin/env bash\necho "Hello, World!"',
            "go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello, World!")\n}',
            "rust": 'fn main() {\n    println!("Hello, World!");\n}',
            "java": (
                "class Main {\n    public static void main(String[] args) {\n"
                '        System.out.println("Hello, World!");\n    }\n}'
            ),
            "c": '#include <stdio.h>\n\nint main(void) {\n    puts("Hello, World!");\n    return 0;\n}',
            "cpp": '#include <iostream>\n\nint main() {\n    std::cout << "Hello, World!\\n";\n}',
            "ruby": 'puts "Hello, World!"',
            "php": '<?php\n\necho "Hello, World!\\n";',
            "csharp": (
                "using System;\n\nclass Program\n{\n    static void Main()\n    {\n"
                '        Console.WriteLine("Hello, World!");\n    }\n}'
            ),
            "sql": "SELECT 'Hello, World!' AS greeting;",
            "html": (
                '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">\n'
                "    <title>Hello, World!</title>\n  </head>\n  <body>\n    <h1>Hello, World!</h1>\n  </body>\n</html>"
            ),
        },
    ),
    Script(
        words("fizzbuzz buzz"),
        {
            "python": 'for n in range(1, 101):\n    print(("Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0)) or n)',
            "javascript": (
                'for (let n = 1; n <= 100; n++) {\n  console.log((n % 3 ? "" : "Fizz") + (n % 5 ? "" : "Buzz") || n);\n'
                "}"
            ),
            "bash": (
                'for n in $(seq 1 100); do\n  said=""\n  (( n % 3 == 0 )) && said="Fizz"\n'
                '  (( n % 5 == 0 )) && said="${said}Buzz"\n  echo "${said:-$n}"\ndone'
            ),
            "c": (
                "#include <stdio.h>\n\nint main(void) {\n    for (int n = 1; n <= 100; n++) {\n"
                '        if (n % 15 == 0) puts("FizzBuzz");\n        else if (n % 3 == 0) puts("Fizz");\n'
                '        else if (n % 5 == 0) puts("Buzz");\n        else printf("%d\\n", n);\n    }\n    return 0;\n}'
            ),
            "cpp": (
                "#include <iostream>\n\nint main() {\n    for (int n = 1; n <= 100; n++) {\n"
                '        if (n % 15 == 0) std::cout << "FizzBuzz\\n";\n'
                '        else if (n % 3 == 0) std::cout << "Fizz\\n";\n'
                '        else if (n % 5 == 0) std::cout << "Buzz\\n";\n        else std::cout << n << "\\n";\n    }\n}'
            ),
            "go": (
                'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor n := 1; n <= 100; n++ {\n\t\tswitch {\n'
                '\t\tcase n%15 == 0:\n\t\t\tfmt.Println("FizzBuzz")\n\t\tcase n%3 == 0:\n\t\t\tfmt.Println("Fizz")\n'
                '\t\tcase n%5 == 0:\n\t\t\tfmt.Println("Buzz")\n\t\tdefault:\n\t\t\tfmt.Println(n)\n\t\t}\n\t}\n}'
            ),
            "rust": (
                "fn main() {\n    for n in 1..=100 {\n        match (n % 3, n % 5) {\n"
                '            (0, 0) => println!("FizzBuzz"),\n            (0, _) => println!("Fizz"),\n'
                '            (_, 0) => println!("Buzz"),\n            _ => println!("{n}"),\n        }\n    }\n}'
            ),
            "java": (
                "class FizzBuzz {\n    public static void main(String[] args) {\n"
                "        for (int n = 1; n <= 100; n++) {\n"
                '            String said = (n % 3 == 0 ? "Fizz" : "") + (n % 5 == 0 ? "Buzz" : "");\n'
                "            System.out.println(said.isEmpty() ? String.valueOf(n) : said);\n        }\n    }\n}"
            ),
            "csharp": (
                "using System;\n\nfor (int n = 1; n <= 100; n++)\n{\n"
                '    string said = (n % 3 == 0 ? "Fizz" : "") + (n % 5 == 0 ? "Buzz" : "");\n'
                '    Console.WriteLine(said == "" ? n.ToString() : said);\n}'
            ),
            "php": (
                "<?php\n\nfor ($n = 1; $n <= 100; $n++) {\n"
                '    $said = ($n % 3 ? "" : "Fizz") . ($n % 5 ? "" : "Buzz");\n'
                '    echo $said === "" ? $n : $said, "\\n";\n}'
            ),
            "ruby": (
                '(1..100).each do |n|\n  said = (n % 3 == 0 ? "Fizz" : "") + (n % 5 == 0 ? "Buzz" : "")\n'
                "  puts said.empty? ? n : said\nend"
            ),
            "sql": (
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100)\n"
                "SELECT CASE\n    WHEN n % 15 = 0 THEN 'FizzBuzz'\n    WHEN n % 3 = 0 THEN 'Fizz'\n"
                "    WHEN n % 5 = 0 THEN 'Buzz'\n    ELSE CAST(n AS TEXT)\nEND AS said FROM numbers;"
            ),
        },
    ),
    Script(
        words("count counts counting number many", "line lines"),
        {
            "python": (
                'import sys\n\n\ndef count_lines(path):\n    """Return how many lines a file has."""\n'
                '    with open(path, encoding="utf-8") as file:\n        return sum(1 for _ in file)\n\n\n'
                'if __name__ == "__main__" and len(sys.argv) > 1:\n    print(count_lines(sys.argv[1]))'
            ),
            "javascript": (
                'import { readFileSync } from "node:fs";\n\nexport function countLines(path) {\n'
                '  return readFileSync(path, "utf8").split("\\n").length - 1;\n}'
            ),
            "bash": (
                "#!/usr/bin/env bash\n# counts the lines of each file that is named, or of standard input\n"
                'set -euo pipefail\n\nif [ "$#" -eq 0 ]; then\n  wc -l\nfi\nfor file in "$@"; do\n'
                '  printf \'%s: %d\\n\' "$file" "$(wc -l < "$file")"\ndone'
            ),
        },
    ),
    Script(
        words("count counts counting", "word words"),
        {
            "python": (
                "from collections import Counter\n\n\ndef countwords(text):\n"
                '    """Return how often each word occurs."""\n    return Counter(text.lower().split())'
            ),
            "javascript": (
                "function countWords(text) {\n  const counts = {};\n"
                "  for (const word of text.toLowerCase().split(/\\s+/).filter(Boolean)) {\n"
                "    counts[word] = (counts[word] ?? 0) + 1;\n  }\n  return counts;\n}"
            ),
            "bash": "tr -cs '[:alnum:]' '\\n' < \"$1\" | sort | uniq -c | sort -rn",
        },
    ),
    Script(
        words("list find lists finds", "files file", "large larger largest big biggest"),
        {
            "bash": 'find "${1:-.}" -type f -size +"${2:-100}"M -exec ls -lh {} +',
        },
    ),
    Script(
        words("backup backups back"),
        {
            "bash": (
                '#!/usr/bin/env bash\nset -euo pipefail\n\nsource="${1:?the folder to back up}"\n'
                'target="${2:-.}/$(basename "$source")-$(date +%F).tar.gz"\n'
                'tar -czf "$target" -C "$(dirname "$source")" "$(basename "$source")"\necho "$target"'
            ),
        },
    ),
    Script(
        words("rename renames", "files file"),
        {
            "bash": (
                '#!/usr/bin/env bash\nset -euo pipefail\n\nfor file in *."${1:?old ending}"; do\n'
                '  mv -- "$file" "${file%.*}.${2:?new ending}"\ndone'
            ),
            "python": (
                "from pathlib import Path\n\n\ndef rename_files(folder, old, new):\n"
                '    """Give the files with one ending another."""\n    for path in Path(folder).glob(f"*.{old}"):\n'
                '        path.rename(path.with_suffix(f".{new}"))'
            ),
        },
    ),
    Script(
        words("read reads load loads parse parses", "json"),
        {
            "python": (
                'import json\n\n\ndef read_json(path):\n    """Return what a JSON file holds."""\n'
                '    with open(path, encoding="utf-8") as file:\n        return json.load(file)'
            ),
            "javascript": (
                'import { readFile } from "node:fs/promises";\n\nexport async function readJson(path) {\n'
                '  return JSON.parse(await readFile(path, "utf8"));\n}'
            ),
            "bash": 'jq . "$1"',
        },
    ),
    Script(
        words("read reads load loads parse parses", "csv"),
        {
            "python": (
                'import csv\n\n\ndef read_csv(path):\n    """Return the rows of a CSV file as dictionaries."""\n'
                '    with open(path, newline="", encoding="utf-8") as file:\n        return list(csv.DictReader(file))'
            ),
        },
    ),
    Script(
        words("fetch fetches request requests call calls get download downloads", "url api http endpoint"),
        {
            "python": (
                "import json\nfrom urllib.request import urlopen\n\n\ndef fetch_json(url):\n"
                '    """Return the JSON that an address answers with."""\n'
                "    with urlopen(url, timeout=10) as response:\n        return json.load(response)"
            ),
            "javascript": (
                "async function fetchJson(url) {\n  const response = await fetch(url);\n"
                "  if (!response.ok) throw new Error(`${response.status} from ${url}`);\n  return response.json();\n}"
            ),
            "typescript": (
                "export async function fetchJson<T>(url: string): Promise<T> {\n  const response = await fetch(url);\n"
                "  if (!response.ok) throw new Error(`${response.status} from ${url}`);\n"
                "  return (await response.json()) as T;\n}"
            ),
            "go": (
                'package main\n\nimport (\n\t"fmt"\n\t"io"\n\t"net/http"\n)\n\n'
                "// fetch returns what an address answers with.\nfunc fetch(url string) (string, error) {\n"
                '\tresponse, err := http.Get(url)\n\tif err != nil {\n\t\treturn "", err\n\t}\n'
                "\tdefer response.Body.Close()\n\tif response.StatusCode >= 400 {\n"
                '\t\treturn "", fmt.Errorf("%s from %s", response.Status, url)\n\t}\n'
                "\tbody, err := io.ReadAll(response.Body)\n\treturn string(body), err\n}"
            ),
            "rust": (
                '// needs the crate reqwest with its feature "blocking"\n'
                "fn fetch(url: &str) -> Result<String, reqwest::Error> {\n"
                "    reqwest::blocking::get(url)?.error_for_status()?.text()\n}"
            ),
            "java": (
                "import java.io.IOException;\nimport java.net.URI;\nimport java.net.http.HttpClient;\n"
                "import java.net.http.HttpRequest;\nimport java.net.http.HttpResponse;\n\nclass Fetch {\n"
                "    static String fetch(String url) throws IOException, InterruptedException {\n"
                "        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();\n"
                "        return HttpClient.newHttpClient()\n"
                "            .send(request, HttpResponse.BodyHandlers.ofString())\n            .body();\n    }\n}"
            ),
            "csharp": (
                "using System.Net.Http;\nusing System.Threading.Tasks;\n\nstatic class Fetch\n{\n"
                "    private static readonly HttpClient Client = new();\n\n"
                "    public static Task<string> FetchAsync(string url) => Client.GetStringAsync(url);\n}"
            ),
            "php": (
                "function fetch_json(string $url): array {\n    $body = file_get_contents($url);\n"
                '    if ($body === false) {\n        throw new RuntimeException("no answer from $url");\n    }\n'
                "    return json_decode($body, true, 512, JSON_THROW_ON_ERROR);\n}"
            ),
            "ruby": (
                'require "json"\nrequire "net/http"\n\ndef fetch_json(url)\n'
                "  response = Net::HTTP.get_response(URI(url))\n"
                '  raise "#{response.code} from #{url}" unless response.is_a?(Net::HTTPSuccess)\n'
                "  JSON.parse(response.body)\nend"
            ),
            "c": (
                "/* build with -lcurl */\n#include <curl/curl.h>\n\nint fetch(const char *url) {\n"
                "    CURL *handle = curl_easy_init();\n    if (handle == NULL) return 1;\n"
                "    curl_easy_setopt(handle, CURLOPT_URL, url);\n"
                "    CURLcode result = curl_easy_perform(handle); /* writes the body to stdout */\n"
                "    curl_easy_cleanup(handle);\n    return result == CURLE_OK ? 0 : 1;\n}"
            ),
            "cpp": (
                "// build with -lcurl\n#include <curl/curl.h>\n#include <string>\n\n"
                "bool fetch(const std::string& url) {\n    CURL* handle = curl_easy_init();\n"
                "    if (handle == nullptr) return false;\n    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());\n"
                "    CURLcode result = curl_easy_perform(handle); // writes the body to stdout\n"
                "    curl_easy_cleanup(handle);\n    return result == CURLE_OK;\n}"
            ),
            "bash": 'curl --fail --silent --show-error "$1"',
        },
    ),
    Script(
        words("read reads reading open opens load loads", "file files"),
        {
            "python": (
                'def read_file(path):\n    """Return the text of a file."""\n'
                '    with open(path, encoding="utf-8") as file:\n        return file.read()'
            ),
            "javascript": (
                'import { readFile } from "node:fs/promises";\n\nexport async function readText(path) {\n'
                '  return readFile(path, "utf8");\n}'
            ),
            "typescript": (
                'import { readFile } from "node:fs/promises";\n\n'
                'export async function readText(path: string): Promise<string> {\n  return readFile(path, "utf8");\n}'
            ),
            "c": (
                '#include <stdio.h>\n\nint print_file(const char *path) {\n    FILE *file = fopen(path, "r");\n'
                "    if (file == NULL) {\n        perror(path);\n        return 1;\n    }\n    char line[1024];\n"
                "    while (fgets(line, sizeof line, file) != NULL) fputs(line, stdout);\n    fclose(file);\n"
                "    return 0;\n}"
            ),
            "cpp": (
                "#include <fstream>\n#include <sstream>\n#include <stdexcept>\n#include <string>\n\n"
                "std::string read_file(const std::string& path) {\n    std::ifstream file(path);\n"
                '    if (!file) throw std::runtime_error("cannot read " + path);\n    std::ostringstream text;\n'
                "    text << file.rdbuf();\n    return text.str();\n}"
            ),
            "go": (
                'import "os"\n\n// readFile returns the text of a file.\nfunc readFile(path string) (string, error) {\n'
                "\ttext, err := os.ReadFile(path)\n\treturn string(text), err\n}"
            ),
            "rust": (
                "use std::fs;\nuse std::io;\n\nfn read_file(path: &str) -> io::Result<String> {\n"
                "    fs::read_to_string(path)\n}"
            ),
            "java": (
                "import java.io.IOException;\nimport java.nio.file.Files;\nimport java.nio.file.Path;\n\n"
                "class ReadFile {\n    static String readFile(String path) throws IOException {\n"
                "        return Files.readString(Path.of(path));\n    }\n}"
            ),
            "csharp": (
                "using System.IO;\n\nstatic class Reader\n{\n"
                "    public static string ReadFile(string path) => File.ReadAllText(path);\n}"
            ),
            "php": (
                "function read_file(string $path): string {\n    $text = file_get_contents($path);\n"
                '    if ($text === false) {\n        throw new RuntimeException("cannot read $path");\n    }\n'
                "    return $text;\n}"
            ),
            "ruby": 'def read_file(path)\n  File.read(path, encoding: "UTF-8")\nend',
            "bash": 'while IFS= read -r line; do\n  printf \'%s\\n\' "$line"\ndone < "$1"',
        },
    ),
)  # fmt: skip
"""The first that fits, and that is there in the language, is meant."""


def script_in(words: frozenset[str], language: str) -> str | None:
    """Return the program that a prompt of these words asks for in a language, None for any other."""
    fitting = (each for each in SCRIPTS if language in each.code and all(group & words for group in each.told_by))
    return next((each.code[language] for each in fitting), None)
