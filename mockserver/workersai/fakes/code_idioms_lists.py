"""Functions for whole lists that people ask for by name all the time: searched, sorted, without duplicates."""

from __future__ import annotations

from mockserver.workersai.fakes.code_forms import Idiom, words

ALL = "array list numbers items values elements integers slice vector"
"""What lists are called."""
_MANY = (("numbers", "numbers"),)

LISTS = (
    Idiom(
        words("binary", "search"),
        "binary_search", (("numbers", "numbers"), ("wanted", "number")), "whole",
        "Return the position of a number in a sorted list, -1 where it is not in it.",
        {
            "python": (
                ":low, high = 0, len(numbers) - 1\nwhile low <= high:\n    middle = (low + high) // 2\n"
                "    if numbers[middle] == wanted:\n        return middle\n    if numbers[middle] < wanted:\n"
                "        low = middle + 1\n    else:\n        high = middle - 1\nreturn -1"
            ),
            "javascript": (
                ":let low = 0;\nlet high = numbers.length - 1;\nwhile (low <= high) {\n"
                "    const middle = (low + high) >> 1;\n    if (numbers[middle] === wanted) return middle;\n"
                "    if (numbers[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n}\nreturn -1;"
            ),
            "c": (
                ":int low = 0, high = length - 1;\nwhile (low <= high) {\n    int middle = low + (high - low) / 2;\n"
                "    if (numbers[middle] == wanted) return middle;\n"
                "    if (numbers[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n}\nreturn -1;"
            ),
            "cpp": (
                ":long low = 0, high = static_cast<long>(numbers.size()) - 1;\nwhile (low <= high) {\n"
                "    long middle = low + (high - low) / 2;\n    if (numbers[middle] == wanted) return middle;\n"
                "    if (numbers[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n}\nreturn -1;"
            ),
            "java": (
                ":int low = 0, high = numbers.length - 1;\nwhile (low <= high) {\n"
                "    int middle = (low + high) >>> 1;\n    if (numbers[middle] == wanted) return middle;\n"
                "    if (numbers[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n}\nreturn -1;"
            ),
            "csharp": (
                ":int low = 0, high = numbers.Length - 1;\nwhile (low <= high)\n{\n"
                "    int middle = low + (high - low) / 2;\n    if (numbers[middle] == wanted) return middle;\n"
                "    if (numbers[middle] < wanted) low = middle + 1;\n    else high = middle - 1;\n}\nreturn -1;"
            ),
            "go": (
                ":low, high := 0, len(numbers)-1\nfor low <= high {\n    middle := (low + high) / 2\n"
                "    if numbers[middle] == wanted {\n        return middle\n    }\n    if numbers[middle] < wanted {\n"
                "        low = middle + 1\n    } else {\n        high = middle - 1\n    }\n}\nreturn -1"
            ),
            "rust": (
                ":let (mut low, mut high) = (0, numbers.len());\nwhile low < high {\n"
                "    let middle = (low + high) / 2;\n    if numbers[middle] == wanted {\n"
                "        return middle as i64;\n    }\n    if numbers[middle] < wanted {\n        low = middle + 1;\n"
                "    } else {\n        high = middle;\n    }\n}\n-1"
            ),
            "php": (
                ":$low = 0;\n$high = count($numbers) - 1;\nwhile ($low <= $high) {\n"
                "    $middle = intdiv($low + $high, 2);\n    if ($numbers[$middle] == $wanted) {\n"
                "        return $middle;\n    }\n    if ($numbers[$middle] < $wanted) {\n        $low = $middle + 1;\n"
                "    } else {\n        $high = $middle - 1;\n    }\n}\nreturn -1;"
            ),
            "ruby": "numbers.bsearch_index { |each| wanted <=> each } || -1",
            "bash": (
                ':local wanted=$1 low=0 middle high\nshift\nlocal numbers=("$@")\n(( high = $# - 1 ))\n'
                "while (( low <= high )); do\n    (( middle = (low + high) / 2 ))\n"
                '    if (( numbers[middle] == wanted )); then\n        echo "$middle"\n        return\n    fi\n'
                "    if (( numbers[middle] < wanted )); then\n        (( low = middle + 1 ))\n    else\n"
                "        (( high = middle - 1 ))\n    fi\ndone\necho -1"
            ),
        },
    ),
    Idiom(
        words("sort sorts sorting quicksort", f"{ALL} bubble quick quicksort merge insertion"),
        "sort_numbers", _MANY, "numbers", "Return the numbers in order.",
        {
            "python": (
                ":if len(numbers) < 2:\n    return list(numbers)\npivot, *others = numbers\n"
                "before = [each for each in others if each < pivot]\n"
                "behind = [each for each in others if each >= pivot]\nreturn [*@(before), pivot, *@(behind)]"
            ),
            "javascript": (
                ":if (numbers.length < 2) return [...numbers];\nconst [pivot, ...others] = numbers;\n"
                "const before = others.filter((each) => each < pivot);\n"
                "const behind = others.filter((each) => each >= pivot);\nreturn [...@(before), pivot, ...@(behind)];"
            ),
            "c": (
                "!void @(double *numbers, int length) {\n    /* sorts the numbers where they stand */\n"
                "    for (int i = 1; i < length; i++) {\n        double kept = numbers[i];\n        int j = i - 1;\n"
                "        for (; j >= 0 && numbers[j] > kept; j--) numbers[j + 1] = numbers[j];\n"
                "        numbers[j + 1] = kept;\n    }\n}"
            ),
            "cpp": ":std::vector<double> sorted = numbers;\nstd::sort(sorted.begin(), sorted.end());\nreturn sorted;",
            "java": ":double[] sorted = numbers.clone();\nArrays.sort(sorted);\nreturn sorted;",
            "csharp": ":double[] sorted = (double[])numbers.Clone();\nSystem.Array.Sort(sorted);\nreturn sorted;",
            "go": ":sorted := append([]float64(nil), numbers...)\nsort.Float64s(sorted)\nreturn sorted",
            "rust": ":let mut sorted = numbers.to_vec();\nsorted.sort_by(|a, b| a.total_cmp(b));\nsorted",
            "php": ":sort($numbers);\nreturn $numbers;",
            "ruby": "numbers.sort",
            "bash": ":printf '%s\\n' \"$@\" | sort -n",
            "sql": "!SELECT value FROM numbers ORDER BY value;",
        },
    ),
    Idiom(
        words("remove removes unique duplicates deduplicate", "duplicates duplicate unique list array"),
        "unique", (("items", "texts"),), "texts", "Return the items without duplicates, in their order.",
        {
            "python": "list(dict.fromkeys(items))",
            "javascript": "[...new Set(items)]",
            "ruby": "items.uniq",
            "php": "array_values(array_unique($items))",
            "java": "Arrays.stream(items).distinct().toArray(String[]::new)",
            "csharp": "items.Distinct().ToArray()",
            "go": (
                ":seen := map[string]bool{}\nkept := []string{}\nfor _, item := range items {\n    if !seen[item] {\n"
                "        seen[item] = true\n        kept = append(kept, item)\n    }\n}\nreturn kept"
            ),
            "rust": (
                ":let mut kept: Vec<String> = Vec::new();\nfor item in items {\n"
                "    if !kept.iter().any(|each| each == item) {\n        kept.push(item.to_string());\n    }\n}\nkept"
            ),
            "c": (
                "!int @(const char **items, int length) {\n    /* keeps the first of equal items, returns how many */\n"
                "    int kept = 0;\n    for (int i = 0; i < length; i++) {\n        int seen = 0;\n"
                "        for (int j = 0; j < kept; j++) if (strcmp(items[i], items[j]) == 0) seen = 1;\n"
                "        if (!seen) items[kept++] = items[i];\n    }\n    return kept;\n}"
            ),
            "cpp": (
                ":std::vector<std::string> kept;\nfor (const auto& item : items) {\n    bool seen = false;\n"
                "    for (const auto& each : kept) seen = seen || each == item;\n    if (!seen) kept.push_back(item);\n"
                "}\nreturn kept;"
            ),
            "bash": ":printf '%s\\n' \"$@\" | awk '!seen[$0]++'",
            "sql": "!SELECT DISTINCT name FROM items;",
        },
    ),
)  # fmt: skip
"""The first that fits is meant."""
