/* SPDX-License-Identifier: MIT */
#include "tools/symbols_elf.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

/* Functions, objects and labels that lie somewhere; no files, no sections. */
static bool is_wanted(const GElf_Sym *symbol)
{
    const unsigned type = GELF_ST_TYPE(symbol->st_info);

    return symbol->st_shndx != SHN_UNDEF &&
           (type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE) &&
           symbol->st_value <= UINT32_MAX;
}

/* nm's letter, as far as whoever reads it cares: code or not, and whether
 * other files see it. */
static char kind_of(const GElf_Sym *symbol)
{
    const bool is_local = GELF_ST_BIND(symbol->st_info) == STB_LOCAL;

    if (GELF_ST_TYPE(symbol->st_info) == STT_OBJECT)
        return is_local ? 'd' : 'D';
    return is_local ? 't' : 'T';
}

static bool read_table(Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
                       const struct symbol_taker *taker)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;

    for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
        const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
        struct symbol_found found;

        if (!is_wanted(&symbol) || !name || !*name)
            continue;
        found = (struct symbol_found){
            name, strlen(name), (linear_addr)symbol.st_value,
            symbol.st_size <= UINT32_MAX ? (uint32_t)symbol.st_size : 0,
            kind_of(&symbol)};
        if (!taker->take(taker->context, &found))
            return false;
    }
    return true;
}

bool symbols_elf_read(const char *name, const uint8_t *bytes, size_t size,
                      const struct symbol_taker *taker, struct error *error)
{
    /* libelf wants bytes that it may write. */
    char *copy = malloc(size);
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    Elf *elf;
    bool ok = true;

    if (!copy)
        return error_set(error, "%s: out of memory", name);
    memcpy(copy, bytes, size);
    (void)elf_version(EV_CURRENT);
    elf = elf_memory(copy, size);
    if (!elf) {
        free(copy);
        return error_set(error, "%s: %s", name, elf_errmsg(-1));
    }
    while (ok && (section = elf_nextscn(elf, section))) {
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
            ok = read_table(elf, section, &header, taker);
    }
    (void)elf_end(elf);
    free(copy);
    return ok ? true : error_set(error, "%s: out of memory", name);
}
