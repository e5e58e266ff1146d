# SPDX-License-Identifier: MIT
#
# Make C of the report's page: each line a string. A line "@include FILE" of
# the page stands for that file, "@data" for where the numbers go.
function put(line)
{
    gsub(/[\\"]/, "\\\\&", line)
    print "    \"" line "\","
}

function include(name,   line, got)
{
    while ((got = (getline line < name)) > 0)
        put(line)
    close(name)
    if (got < 0) {
        print "embed.awk: no " name >"/dev/stderr"
        exit failed = 1
    }
}

BEGIN {
    print "/* Made by tools/report/embed.awk from tools/report/. */"
    print "#include \"tools/trace_report_page.h\"\n"
    print "#include <stddef.h>\n"
    print "const char *const trace_report_head[] = {"
}
$1 == "@include" { include(from "/" $2); next }
$1 == "@data" {
    print "    NULL};\n\nconst char *const trace_report_tail[] = {"
    next
}
{ put($0) }
END {
    if (!failed)
        print "    NULL};"
    exit failed
}
