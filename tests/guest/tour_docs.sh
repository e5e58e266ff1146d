#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each chapter of the tour has a page, and the commands that the pages show
# work and show something.
set -u
pages=$(cd "${top_srcdir:-.}" && pwd)/docs/tour
. "${top_srcdir:-.}/tests/guest/setup.sh"

mkdir bin guest
ln -s "$PAGEWALK" bin/pagewalk
ln -s "$TOUR" guest/tour.elf
PATH=$work/bin:$PATH

# block PAGE NUMBER: the commands of that block, without the marks.
block()
{
    # shellcheck disable=SC2016 # the marks of code in Markdown
    awk -v number="$2" '
        /^```/ { inside = /^```sh$/; count += inside; next }
        inside && count == number' "$1"
}

for chapter in $CHAPTERS; do
    page=$pages/$chapter.md
    check "$chapter has a page" test -s "$page"
    check "$chapter stands in the list of pages" \
        grep -q "($chapter.md)" "$pages/README.md"
    number=1
    while block "$page" "$number" >commands && [ -s commands ]; do
        rm -f t.txt
        # The guest's own text is not what a command is to show.
        sed 's/\(^pagewalk .*\)/\1 >\/dev\/null <\/dev\/null; echo $? >status/' \
            commands >script
        sh script >shown 2>err
        wanted=0
        ! grep -q -- '--check' commands || wanted=10
        check "$chapter, block $number: $(cat err)" \
            test "$(cat status)" -eq "$wanted"
        [ "$wanted" -ne 0 ] ||
            check "$chapter, block $number shows something" \
                grep -q '[1-9a-f]' shown
        number=$((number + 1))
    done
    check "$chapter: the page has a command" test "$number" -gt 1
done

finish
