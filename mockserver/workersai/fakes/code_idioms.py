"""Functions that people ask for by name all the time, in the languages that they are asked for in."""

from __future__ import annotations

from mockserver.workersai.fakes.code_forms import Idiom, words
from mockserver.workersai.fakes.code_idioms_lists import ALL, LISTS

_TWO = (("a", "number"), ("b", "number"))
_TEXT = (("text", "text"),)
_WHOLE = (("n", "whole"),)
_MANY = (("numbers", "numbers"),)
_C_LIKE = "c cpp java csharp javascript"

IDIOMS = (
    Idiom(
        words("sum total add adds adding", ALL, "array list all items values elements slice vector"),
        "total", _MANY, "number", "Return the sum of all numbers.",
        {
            "python": "sum(numbers)",
            "javascript": "numbers.reduce((sum, each) => sum + each, 0)",
            "ruby": "numbers.sum",
            "php": "array_sum($numbers)",
            "rust": "numbers.iter().sum()",
            "java": "Arrays.stream(numbers).sum()",
            "csharp": "numbers.Sum()",
            "cpp": "std::accumulate(numbers.begin(), numbers.end(), 0.0)",
            "c": ":double sum = 0;\nfor (int i = 0; i < length; i++) sum += numbers[i];\nreturn sum;",
            "go": ":sum := 0.0\nfor _, each := range numbers {\n    sum += each\n}\nreturn sum",
            "bash": ':local sum=0 each\nfor each in "$@"; do\n    (( sum += each ))\ndone\necho "$sum"',
            "sql": "!SELECT SUM(value) AS total FROM numbers;",
        },
    ),
    Idiom(
        words("add adds adding sum sums", "two numbers integers together"),
        "add", _TWO, "number", "Return the sum of two numbers.",
        {
            f"{_C_LIKE} python ruby rust go": "a + b",
            "php": "$a + $b",
            "bash": "$1 + $2",
            "sql": "!SELECT a + b AS sum FROM pairs;",
        },
    ),
    Idiom(
        words("subtract subtracts difference", "two numbers integers"),
        "subtract", _TWO, "number", "Return the difference of two numbers.",
        {
            f"{_C_LIKE} python ruby rust go": "a - b",
            "php": "$a - $b",
            "bash": "$1 - $2",
        },
    ),
    Idiom(
        words("multiply multiplies product", "two numbers integers"),
        "multiply", _TWO, "number", "Return the product of two numbers.",
        {
            f"{_C_LIKE} python ruby rust go": "a * b",
            "php": "$a * $b",
            "bash": "$1 * $2",
        },
    ),
    Idiom(
        words("reverse reverses reversing", "string text word strings"),
        "reverse_text", _TEXT, "text", "Return a text with its letters in reverse order.",
        {
            "python": "text[::-1]",
            "javascript": '[...text].reverse().join("")',
            "ruby": "text.reverse",
            "php": "strrev($text)",
            "rust": "text.chars().rev().collect()",
            "java": "new StringBuilder(text).reverse().toString()",
            "csharp": "new string(text.Reverse().ToArray())",
            "cpp": "std::string(text.rbegin(), text.rend())",
            "c": (
                "!void @(char *text) {\n    /* reverses a text where it stands */\n"
                "    int last = (int)strlen(text) - 1;\n    for (int i = 0; i < last; i++, last--) {\n"
                "        char kept = text[i];\n        text[i] = text[last];\n        text[last] = kept;\n    }\n}"
            ),
            "go": (
                ":letters := []rune(text)\nfor i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1 {\n"
                "    letters[i], letters[j] = letters[j], letters[i]\n}\nreturn string(letters)"
            ),
            "bash": ':echo "$1" | rev',
            "sql": "!SELECT REVERSE(text) FROM texts;",
        },
    ),
    Idiom(
        words("palindrome palindromes"),
        "is_palindrome", _TEXT, "flag", "Say whether a text reads the same backwards.",
        {
            "python": "text == text[::-1]",
            "javascript": 'text === [...text].reverse().join("")',
            "ruby": "text == text.reverse",
            "php": "$text === strrev($text)",
            "rust": "text.chars().eq(text.chars().rev())",
            "java": "text.equals(new StringBuilder(text).reverse().toString())",
            "csharp": "text.SequenceEqual(text.Reverse())",
            "cpp": "text == std::string(text.rbegin(), text.rend())",
            "c": (
                ":int last = (int)strlen(text) - 1;\n"
                "for (int i = 0; i < last; i++, last--) if (text[i] != text[last]) return false;\nreturn true;"
            ),
            "go": (
                ":letters := []rune(text)\nfor i, j := 0, len(letters)-1; i < j; i, j = i+1, j-1 {\n"
                "    if letters[i] != letters[j] {\n        return false\n    }\n}\nreturn true"
            ),
            "bash": ':[[ "$1" == "$(echo "$1" | rev)" ]]',
            "sql": "!SELECT text, text = REVERSE(text) AS is_palindrome FROM texts;",
        },
    ),
    Idiom(
        words("factorial factorials"),
        "factorial", _WHOLE, "whole", "Return the product of 1 to n.",
        {
            "python": "1 if n < 2 else n * @(n - 1)",
            f"{_C_LIKE} ruby": "n < 2 ? 1 : n * @(n - 1)",
            "rust": "(1..=n).product()",
            "php": "$n < 2 ? 1 : $n * @($n - 1)",
            "go": ":if n < 2 {\n    return 1\n}\nreturn n * @(n-1)",
            "bash": ':local n=$1 product=1\nwhile (( n > 1 )); do\n    (( product *= n-- ))\ndone\necho "$product"',
            "sql": (
                "!WITH RECURSIVE factorials(n, factorial) AS (\n    SELECT 0, 1\n    UNION ALL\n"
                "    SELECT n + 1, factorial * (n + 1) FROM factorials WHERE n < 10\n)\n"
                "SELECT n, factorial FROM factorials;"
            ),
        },
    ),
    Idiom(
        words("fibonacci"),
        "fibonacci", _WHOLE, "whole", "Return the n-th Fibonacci number, counted from 0.",
        {
            "python": "n if n < 2 else @(n - 1) + @(n - 2)",
            f"{_C_LIKE} ruby": "n < 2 ? n : @(n - 1) + @(n - 2)",
            "rust": "if n < 2 { n } else { @(n - 1) + @(n - 2) }",
            "php": "$n < 2 ? $n : @($n - 1) + @($n - 2)",
            "go": ":a, b := 0, 1\nfor i := 0; i < n; i++ {\n    a, b = b, a+b\n}\nreturn a",
            "bash": (
                ":local a=0 b=1 next i\nfor (( i = 0; i < $1; i++ )); do\n    (( next = a + b, a = b, b = next ))\n"
                'done\necho "$a"'
            ),
            "sql": (
                "!WITH RECURSIVE numbers(n, fibonacci, next) AS (\n    SELECT 0, 0, 1\n    UNION ALL\n"
                "    SELECT n + 1, next, fibonacci + next FROM numbers WHERE n < 20\n)\n"
                "SELECT n, fibonacci FROM numbers;"
            ),
        },
    ),
    Idiom(
        words("prime primes"),
        "is_prime", _WHOLE, "flag", "Say whether a whole number is prime.",
        {
            "python": "n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))",
            "javascript": "n > 1 && ![...Array(n).keys()].some((d) => d > 1 && n % d === 0)",
            "ruby": "n > 1 && (2..Integer.sqrt(n)).none? { |d| (n % d).zero? }",
            "rust": "n > 1 && (2..n).take_while(|d| d * d <= n).all(|d| n % d != 0)",
            "c cpp java csharp": (
                ":if (n < 2) return false;\nfor (long d = 2; d * d <= n; d++) if (n % d == 0) return false;\n"
                "return true;"
            ),
            "php": (
                ":if ($n < 2) {\n    return false;\n}\nfor ($d = 2; $d * $d <= $n; $d++) {\n    if ($n % $d === 0) {\n"
                "        return false;\n    }\n}\nreturn true;"
            ),
            "go": (
                ":if n < 2 {\n    return false\n}\nfor d := 2; d*d <= n; d++ {\n    if n%d == 0 {\n"
                "        return false\n    }\n}\nreturn true"
            ),
            "bash": (
                ":local n=$1 d\n(( n > 1 )) || return 1\nfor (( d = 2; d * d <= n; d++ )); do\n"
                "    (( n % d )) || return 1\ndone"
            ),
            "sql": (
                "!WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100)\n"
                "SELECT n FROM numbers\n"
                "WHERE NOT EXISTS (SELECT 1 FROM numbers AS d WHERE d.n < numbers.n AND numbers.n % d.n = 0);"
            ),
        },
    ),
    Idiom(
        words("even"),
        "is_even", _WHOLE, "flag", "Say whether a whole number is even.",
        {
            "python c cpp java csharp rust go": "n % 2 == 0",
            "javascript": "n % 2 === 0",
            "ruby": "n.even?",
            "php": "$n % 2 === 0",
            "bash": ":(( $1 % 2 == 0 ))",
            "sql": "!SELECT n FROM numbers WHERE n % 2 = 0;",
        },
    ),
    Idiom(
        words("odd"),
        "is_odd", _WHOLE, "flag", "Say whether a whole number is odd.",
        {
            "python": "n % 2 == 1",
            "c cpp java csharp rust go": "n % 2 != 0",
            "javascript": "n % 2 !== 0",
            "ruby": "n.odd?",
            "php": "$n % 2 !== 0",
            "bash": ":(( $1 % 2 != 0 ))",
            "sql": "!SELECT n FROM numbers WHERE n % 2 <> 0;",
        },
    ),
    Idiom(
        words("gcd divisor hcf"),
        "gcd", (("a", "whole"), ("b", "whole")), "whole", "Return the greatest common divisor of two whole numbers.",
        {
            "python": "a if b == 0 else @(b, a % b)",
            f"{_C_LIKE} ruby": "b == 0 ? a : @(b, a % b)",
            "rust": "if b == 0 { a } else { @(b, a % b) }",
            "php": "$b === 0 ? $a : @($b, $a % $b)",
            "go": ":for b != 0 {\n    a, b = b, a%b\n}\nreturn a",
            "bash": ':local a=$1 b=$2 rest\nwhile (( b )); do\n    (( rest = a % b, a = b, b = rest ))\ndone\n'
                    'echo "$a"',
        },
    ),
    Idiom(
        words("max maximum largest biggest", ALL),
        "largest", _MANY, "number", "Return the largest of the numbers.",
        {
            "python": "max(numbers)",
            "javascript": "Math.max(...numbers)",
            "ruby": "numbers.max",
            "php": "max($numbers)",
            "rust": "numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)",
            "java": "Arrays.stream(numbers).max().orElseThrow()",
            "csharp": "numbers.Max()",
            "cpp": "*std::max_element(numbers.begin(), numbers.end())",
            "c": (
                ":double found = numbers[0];\n"
                "for (int i = 1; i < length; i++) if (numbers[i] > found) found = numbers[i];\nreturn found;"
            ),
            "go": (
                ":found := numbers[0]\nfor _, each := range numbers {\n    if each > found {\n        found = each\n"
                "    }\n}\nreturn found"
            ),
            "bash": ":printf '%s\\n' \"$@\" | sort -n | tail -n 1",
            "sql": "!SELECT MAX(value) AS largest FROM numbers;",
        },
    ),
    Idiom(
        words("min minimum smallest lowest", ALL),
        "smallest", _MANY, "number", "Return the smallest of the numbers.",
        {
            "python": "min(numbers)",
            "javascript": "Math.min(...numbers)",
            "ruby": "numbers.min",
            "php": "min($numbers)",
            "rust": "numbers.iter().copied().fold(f64::INFINITY, f64::min)",
            "java": "Arrays.stream(numbers).min().orElseThrow()",
            "csharp": "numbers.Min()",
            "cpp": "*std::min_element(numbers.begin(), numbers.end())",
            "c": (
                ":double found = numbers[0];\n"
                "for (int i = 1; i < length; i++) if (numbers[i] < found) found = numbers[i];\nreturn found;"
            ),
            "go": (
                ":found := numbers[0]\nfor _, each := range numbers {\n    if each < found {\n        found = each\n"
                "    }\n}\nreturn found"
            ),
            "bash": ":printf '%s\\n' \"$@\" | sort -n | head -n 1",
            "sql": "!SELECT MIN(value) AS smallest FROM numbers;",
        },
    ),
    Idiom(
        words("average mean", ALL),
        "average", _MANY, "number", "Return the mean of the numbers.",
        {
            "python": "sum(numbers) / len(numbers)",
            "javascript": "numbers.reduce((sum, each) => sum + each, 0) / numbers.length",
            "ruby": "numbers.sum.to_f / numbers.size",
            "php": "array_sum($numbers) / count($numbers)",
            "rust": "numbers.iter().sum::<f64>() / numbers.len() as f64",
            "java": "Arrays.stream(numbers).average().orElseThrow()",
            "csharp": "numbers.Average()",
            "cpp": "std::accumulate(numbers.begin(), numbers.end(), 0.0) / numbers.size()",
            "c": ":double sum = 0;\nfor (int i = 0; i < length; i++) sum += numbers[i];\nreturn sum / length;",
            "go": ":sum := 0.0\nfor _, each := range numbers {\n    sum += each\n}\nreturn sum / float64(len(numbers))",
            "bash": ':local sum=0 each\nfor each in "$@"; do\n    (( sum += each ))\ndone\necho "$(( sum / $# ))"',
            "sql": "!SELECT AVG(value) AS average FROM numbers;",
        },
    ),
    Idiom(
        words("count counts", "vowel vowels"),
        "count_vowels", _TEXT, "whole", "Return how many vowels a text has.",
        {
            "python": 'sum(letter in "aeiou" for letter in text.lower())',
            "javascript": "(text.match(/[aeiou]/gi) ?? []).length",
            "ruby": 'text.downcase.count("aeiou")',
            "php": "preg_match_all('/[aeiou]/i', $text)",
            "rust": 'text.to_lowercase().chars().filter(|letter| "aeiou".contains(*letter)).count() as i64',
            "java": 'text.toLowerCase().chars().filter(letter -> "aeiou".indexOf(letter) >= 0).count()',
            "csharp": 'text.ToLower().Count(letter => "aeiou".Contains(letter))',
            "cpp": (
                ":return std::count_if(text.begin(), text.end(), [](unsigned char letter) {\n"
                '    return std::string("aeiou").find(std::tolower(letter)) != std::string::npos;\n});'
            ),
            "c": ':long found = 0;\nfor (; *text; text++) if (strchr("aeiou", tolower(*text))) found++;\nreturn found;',
            "go": (
                ":found := 0\nfor _, letter := range strings.ToLower(text) {\n"
                '    if strings.ContainsRune("aeiou", letter) {\n        found++\n    }\n}\nreturn found'
            ),
            "bash": ':echo -n "${1//[^aeiouAEIOU]/}" | wc -c',
        },
    ),
    *LISTS,
)  # fmt: skip
"""The first that fits is meant."""


def idiom_in(said: frozenset[str]) -> Idiom | None:
    """Return the function that a prompt of these words asks for, None for any other."""
    return next((each for each in IDIOMS if all(group & said for group in each.told_by)), None)
