#include "CNcurses.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *named_locale(void) {
  const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int index = 0; index < 3; index++) {
    const char *value = getenv(names[index]);
    if (value != NULL && *value != '\0') {
      return value;
    }
  }
  return "C";
}

static bool names_utf8(const char *locale) {
  const char *encoding = strchr(locale, '.');
  return encoding != NULL &&
         (strncasecmp(encoding, ".utf-8", 6) == 0 || strncasecmp(encoding, ".utf8", 5) == 0);
}

weir_locale weir_locale_set(const char *name) {
  bool is_installed = setlocale(LC_CTYPE, name) != NULL;
  // A name such as de_DE.UTF-8, brought along by ssh and not installed here, still says what the
  // terminal understands.
  if (!is_installed && names_utf8(*name == '\0' ? named_locale() : name)) {
    is_installed = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  }
  if (!is_installed) {
    setlocale(LC_CTYPE, "C");
    return WEIR_LOCALE_MISSING;
  }
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? WEIR_LOCALE_UNICODE : WEIR_LOCALE_ASCII;
}
