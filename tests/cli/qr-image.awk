# SPDX-License-Identifier: Apache-2.0
# Makes an image (PGM) of the QR code in a text, five pixels for a module, as a camera would see it. (Eight are
# as many as the blocks by which ZXing 2.3 tells dark from light, and it finds nothing then.)
#
# usage: LC_ALL=C awk -v drawn=STYLE -f qr-image.awk FILE >IMAGE
#   drawn  svg: the path of a <svg> element; paper: half blocks that are ink; screen: half blocks
#          that shine; ascii: ## is ink
BEGIN { row = 0 }

function put(x, y, is_dark) {
    if (is_dark)
        dark[x, y] = 1
    if (x >= width)
        width = x + 1
    if (y >= height)
        height = y + 1
}

function put_row(line, from, letters, is_dark,    x) {
    for (x = 0; x < length(line); x++)
        put(x, from, index(letters, substr(line, x + 1, 1)) > 0 ? is_dark : !is_dark)
}

drawn == "svg" && match($0, /class="qr" viewBox="0 0 [0-9]+ [0-9]+"/) {
    split(substr($0, RSTART, RLENGTH), box, " ")
    size = box[4] + 0
    put(size - 1, size - 1, 0)
    match($0, / d="[^"]*"/)
    count = split(substr($0, RSTART + 4, RLENGTH - 5), runs, "M")
    for (i = 2; i <= count; i++) {
        split(runs[i], run, /[ h v-]+/)
        for (x = 0; x < run[3]; x++)
            put(run[1] + x, run[2] + 0, 1)
    }
    exit
}

# Upper half u, lower half l, both b, none: the three octets of each sign are one letter then.
(drawn == "paper" || drawn == "screen") && /\342\226/ {
    gsub(/\342\226\200/, "u")
    gsub(/\342\226\204/, "l")
    gsub(/\342\226\210/, "b")
    put_row($0, row, "ub", drawn == "paper")
    put_row($0, row + 1, "lb", drawn == "paper")
    row += 2
}

drawn == "ascii" && /^[ #]+$/ && /##/ {
    gsub(/##/, "b")
    gsub(/  /, " ")
    put_row($0, row++, "b", 1)
}

END {
    margin = 4
    printf "P5\n%d %d\n255\n", (width + 2 * margin) * 5, (height + 2 * margin) * 5
    for (y = -margin; y < height + margin; y++) {
        line = ""
        for (x = -margin; x < width + margin; x++)
            line = line ((x, y) in dark ? "\001\001\001\001\001" : "\377\377\377\377\377")
        for (i = 0; i < 5; i++)
            printf "%s", line
    }
}
