// Lua's patterns, matched so that an interruption ends it: Lua's own matcher can take longer than a lifetime, and
// checks nothing meanwhile.
#ifndef CLUA_PATTERN_H
#define CLUA_PATTERN_H

#include <limits.h>

#include "state.h"

enum { PATTERN_CAPTURES = 32, PATTERN_DEPTH = 200 };

// What a capture's length is while it has none.
enum { CAPTURE_OPEN = -1, CAPTURE_POSITION = -2 };

typedef enum {
  ITEM_BYTE,      // one byte, `low`
  ITEM_ANY,       // any byte
  ITEM_SET,       // a byte of `bits`
  ITEM_OPEN,      // `(`
  ITEM_POSITION,  // `()`
  ITEM_CLOSE,     // `)`
  ITEM_BALANCE,   // `%b`, `low` and `high`
  ITEM_FRONTIER,  // `%f`, a set
  ITEM_AGAIN,     // `%1`: what the capture `low` holds
  ITEM_END,       // `$`
  ITEM_DONE,      // the end of the pattern
  ITEM_WRONG,     // raises `message` once it is come to
} pattern_kind;

typedef struct {
  pattern_kind kind;
  char quantifier;  // 0, `?`, `*`, `+` or `-`
  unsigned char low, high;
  const char *message;
  unsigned char bits[(UCHAR_MAX + 1) / 8];
} pattern_item;

typedef struct {
  const char *start;
  ptrdiff_t length;
} pattern_capture;

typedef struct {
  lua_State *L;
  lvm_poll poll;
  const pattern_item *items;
  const char *subject, *end;
  int depth;
  int count;
  pattern_capture captures[PATTERN_CAPTURES];
} pattern_match;

// Reads a pattern; pushes the userdata that holds its items.
const pattern_item *pattern_read(lua_State *L, const char *text, size_t length);
// Where a match that begins at `start` ends; NULL where there is none.
const char *pattern_at(pattern_match *match, const char *start);
// Pushes one capture; of a pattern without any, the first is the whole match.
void pattern_push(pattern_match *match, int index, const char *start, const char *end);
// Pushes all captures, or the whole match where there is none and `start` is not NULL. Returns how many.
int pattern_push_all(pattern_match *match, const char *start, const char *end);

#endif
