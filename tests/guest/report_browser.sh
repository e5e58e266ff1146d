#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The report of the tour in a real browser without a window: each picture has
# content, zooms and has its numbers, in light and in dark; the page complains
# of nothing and asks for nothing.
set -u
. "${top_srcdir:-.}/tests/guest/setup.sh"

browser=
for name in ${CHROMIUM-} chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && browser=$name && break
done
if [ -z "$browser" ]; then
    echo 'no Chromium is installed: the report is not seen in a browser'
    exit 77
fi

"$PAGEWALK" run -m 64M --serial null --trace tour.ctf --probe-allocators \
    --events tlb,walk,fault,mem,dma,mmio,port,irq,probe "$TOUR" \
    >output 2>errors </dev/null
check 'the tour ends well' test $? -eq 0
"$PAGEWALK" trace report --symbols "$TOUR" tour.ctf -o report.html
check 'a report is made' test $? -eq 0

raised=$("$PAGEWALK" trace print tour.ctf | grep -c ' raise IRQ0 ')
check 'the timer was raised as often as it was' grep -q \
    "{\"group\":\"raise\",\"name\":\"IRQ0\",\"level\":false,\"total\":$raised," \
    report.html

# The same page with somebody who looks at it: errors are caught from its head
# on, and what is seen at its end is written into it.
{
    sed '/^<head>$/q' report.html
    cat <<'_HEAD'
<script>
const complaints = [];
addEventListener("error", (e) => complaints.push(e.message));
addEventListener("securitypolicyviolation",
                 (e) => complaints.push("wants " + e.blockedURI));
</script>
_HEAD
    sed '1,/^<head>$/d; /^<\/body>$/,$d' report.html
    cat <<'_TAIL'
<script>
/* How many colours a canvas shows, and a number that depends on all of it. */
function look(canvas) {
  const {width, height} = canvas;
  const copy = make("canvas", {width, height});
  const context = copy.getContext("2d", {willReadFrequently: true});
  context.drawImage(canvas, 0, 0);
  const data = new Uint32Array(
      context.getImageData(0, 0, width, height).data.buffer);
  let hash = 0;
  const colours = new Set();
  for (const pixel of data) {
    hash = (Math.imul(hash, 31) + pixel) | 0;
    colours.add(pixel);
  }
  return {colours: colours.size, hash, size: width * height};
}
const luminance = (name) => {
  const value = parseInt(colour(name).trim().slice(1), 16);
  return [16, 8, 0].map((shift) => (value >> shift & 255) / 255)
      .map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
};
const contrast = (one, other) => {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (a + .05) / (b + .05);
};
const seen = [];
for (const part of document.querySelectorAll("section")) {
  const title = part.querySelector("h2").textContent;
  const all = [...part.querySelectorAll("canvas")];
  const before = all.map(look);
  before.forEach((c) => seen.push(`canvas ${c.colours} ${c.size} ${title}`));
  const button = (title) => [...part.querySelectorAll("button")]
      .find((b) => b.title === title);
  if (button("zoom in")) {
    button("zoom in").click();
    const zoomed = all.some((c, i) => look(c).hash !== before[i].hash);
    button("show all").click();
    const same = all.every((c, i) => look(c).hash === before[i].hash);
    seen.push(`zoom ${zoomed} ${same} ${title}`);
  }
  for (const fold of part.querySelectorAll("details")) {
    fold.open = true;
    fold.dispatchEvent(new Event("toggle"));
    seen.push(`rows ${fold.querySelectorAll("tr").length} ${title}`);
  }
}
for (const name of ["ink", "soft", "accent", "fault"])
  for (const ground of ["panel", "page"])
    seen.push(`contrast ${contrast(name, ground).toFixed(1)} ${name} ${ground}`);
seen.push("page " + colour("page").trim());
seen.push("loaded " + performance.getEntriesByType("resource").length);
seen.push("wider " +
    (document.documentElement.scrollWidth > innerWidth));
complaints.forEach((text) => seen.push("complaint " + text));
seen.push("done");
document.body.textContent = "";
document.body.append(make("pre", {textContent: "\n" + seen.join("\n") + "\n"}));
</script>
</body>
</html>
_TAIL
} >watched.html
# Whoever looks may not be what the page's own policy lets through.
check 'the page has a policy' grep -q 'Content-Security-Policy' report.html

# watch THEME: what is seen goes to THEME.seen, the console to THEME.log.
watch()
{
    HOME=$work XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache \
        timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
        --disable-dev-shm-usage --no-first-run --disable-extensions \
        --disable-background-networking --disable-component-update \
        --disable-sync --host-resolver-rules='MAP * ~NOTFOUND' \
        --user-data-dir="$work/profile" --window-size=1200,900 \
        --enable-logging=stderr --v=0 --dump-dom \
        "file://$work/watched.html#$1" >"$1.dom" 2>"$1.log" </dev/null
    sed -n '/<pre>/,/<\/pre>/p' "$1.dom" | sed 's/&lt;/</g; s/&gt;/>/g' \
        >"$1.seen"
}
# number PATTERN: the second word of the first line seen that matches.
number() { grep -E "$1" seen | head -n 1 | awk '{ print int($2) }'; }

for theme in light dark; do
    watch "$theme"
    cp "$theme.seen" seen
    check "$theme: the page runs to its end" grep -q '^done$' seen
    grep -q '^done$' seen || tail -n 5 "$theme.log"
    check "$theme: nothing goes wrong" test -z "$(grep '^complaint' seen)"
    check "$theme: the console is empty" test -z "$(grep CONSOLE "$theme.log")"
    check "$theme: nothing is loaded" grep -q '^loaded 0$' seen
    check "$theme: it fits the window" grep -q '^wider false$' seen
    for picture in 'linear addresses' 'physical memory' 'translations' \
        'sets and ways' 'page faults' 'allocators' 'DMA' 'MMIO' 'port' \
        'used most' 'interrupts' 'DACK lines' 'busy memory'; do
        check "$theme: $picture: something is drawn" \
            test "$(number "^canvas .*$picture")" -gt 5
        check "$theme: $picture: has its numbers" \
            test "$(number "^rows .*$picture")" -gt 1
        [ "$picture" = 'used most' ] ||
            check "$theme: $picture: zooms, and back" \
                grep -Eq "^zoom true true .*$picture" seen
    done
    # Web Content Accessibility Guidelines 2.1, 1.4.3.
    check "$theme: every text can be read" test -z "$(awk \
        '$1 == "contrast" && $2 < 4.5' seen)"
done
check 'dark is dark, light is light' test \
    "$(grep '^page' light.seen) $(grep '^page' dark.seen)" = \
    'page #f6f7f9 page #11161c'

finish
