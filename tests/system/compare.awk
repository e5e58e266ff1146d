# SPDX-License-Identifier: MIT
#
# Lines in pairs, the peer's and ours. Equal ones pass; those that differ in a
# way that README.md describes are counted by its short name; any other is
# printed, and the status is 1.

# Value of field NAME= in a line.
function value(line, name,    parts)
{
    if (!match(line, " " name "=[0-9a-f]*"))
        return ""
    split(substr(line, RSTART, RLENGTH), parts, "=")
    return parts[2]
}

# Bit 2 of an error code: the selector is one of the LDT.
function is_local(code)
{
    return index("4567cdef", substr(code, 4, 1)) > 0
}

# The same selector in CS but for its last digit, where RPL is.
function has_other_rpl(theirs, ours,    a, b)
{
    a = value(theirs, "at")
    b = value(ours, "at")
    return a != b && substr(a, 1, 3) == substr(b, 1, 3)
}

function known(theirs, ours,    kind, v, w, e, f)
{
    kind = $2
    v = value(theirs, "v")
    w = value(ours, "v")
    e = value(theirs, "e")
    f = value(ours, "e")
    if (value(ours, "tr") != "0058" && v != "30" && w != "30")
        return "new-task"
    if (v == "0a" && w == "0d" && e == f && is_local(f))
        return "local-task"
    if (kind == "table" && v == "30" && w == "0d" && f == "0000")
        return "null-task"
    if (v == "0b" && w == "0c" && e == f)
        return "return-stack"
    if (kind == "far" && v == "0d" && w == "0b" && e == f)
        return "gate-order"
    if ((kind == "far" || kind == "int") && w == "0d" && f == "0000")
        return "limit-code"
    if (w == "01" && (kind == "load" || $4 ~ /fb/))
        return "step-shadow"
    if (kind == "int" && $3 == "v86" && w == "0d")
        return "v86-inner"
    if (kind == "far" && v == w && e == f && has_other_rpl(theirs, ours))
        return "gate-rpl"
    return ""
}

NR % 2 == 1 {
    theirs = $0
    next
}

$0 ~ /^[0-9]/ {
    total++
    if ($0 == theirs)
        next
    name = known(theirs, $0)
    if (name != "") {
        counts[name]++
        next
    }
    failed++
    print "theirs " theirs
    print "ours   " $0
}

END {
    for (name in counts)
        print "  " name ": " counts[name]
    printf "%d compared, %d differ otherwise\n", total, failed
    exit failed > 0 || total == 0
}
