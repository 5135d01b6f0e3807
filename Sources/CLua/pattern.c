// A pattern is read once into a list of items; a match walks along them and goes back if they allow several ways.
#include "pattern.h"

#include <ctype.h>
#include <string.h>

static bool has(const pattern_item *item, unsigned char byte) { return item->bits[byte / 8] >> (byte % 8) & 1; }

static void add(pattern_item *item, int byte) { item->bits[byte / 8] |= (unsigned char)(1u << (byte % 8)); }

static bool is_of_class(unsigned char byte, char letter) {
  switch (letter) {
    case 'a': return isalpha(byte);
    case 'c': return iscntrl(byte);
    case 'd': return isdigit(byte);
    case 'g': return isgraph(byte);
    case 'l': return islower(byte);
    case 'p': return ispunct(byte);
    case 's': return isspace(byte);
    case 'u': return isupper(byte);
    case 'w': return isalnum(byte);
    case 'x': return isxdigit(byte);
    default: return byte == 0;  // `z`, which Lua has for old scripts
  }
}

// Adds the meaning of `%letter`: a class, its opposite, or the letter itself.
static void add_escaped(pattern_item *item, unsigned char letter) {
  char class = (char)tolower(letter);
  if (class == 0 || !strchr("acdglpsuwxz", class)) return add(item, letter);
  for (int byte = 0; byte <= UCHAR_MAX; byte++)
    if (is_of_class((unsigned char)byte, class) == (class == (char)letter)) add(item, byte);
}

// Reads a set from its bracket on. Returns what follows it, or NULL where it has no end.
static const char *read_set(pattern_item *item, const char *text, const char *end) {
  const char *first = text + 1;
  bool is_negated = first < end && *first == '^';
  if (is_negated) first++;
  // The first byte belongs to the set, also a bracket.
  const char *close = first;
  do {
    if (close >= end) return NULL;
    if (*close++ == '%' && close < end) close++;
  } while (close >= end || *close != ']');
  for (const char *at = first; at < close; at++) {
    if (*at == '%') {
      add_escaped(item, (unsigned char)*++at);
    } else if (at + 2 < close && at[1] == '-') {
      for (int byte = (unsigned char)at[0]; byte <= (unsigned char)at[2]; byte++) add(item, byte);
      at += 2;
    } else {
      add(item, (unsigned char)*at);
    }
  }
  if (is_negated)
    for (size_t i = 0; i < sizeof item->bits; i++) item->bits[i] = (unsigned char)~item->bits[i];
  return close + 1;
}

static const char *wrong(pattern_item *item, const char *message) {
  item->kind = ITEM_WRONG;
  item->message = message;
  return NULL;
}

// Reads one item that matches one byte. Returns what follows it.
static const char *read_single(pattern_item *item, const char *text, const char *end) {
  switch (*text) {
    case '.': item->kind = ITEM_ANY; return text + 1;
    case '[': {
      item->kind = ITEM_SET;
      const char *next = read_set(item, text, end);
      return next ? next : wrong(item, "malformed pattern (missing ']')");
    }
    case '%':
      if (text + 1 >= end) return wrong(item, "malformed pattern (ends with '%')");
      item->kind = ITEM_SET;
      add_escaped(item, (unsigned char)text[1]);
      return text + 2;
    default:
      item->kind = ITEM_BYTE;
      item->low = (unsigned char)*text;
      return text + 1;
  }
}

// Reads one item. Returns what follows it, or NULL where the pattern is wrong.
static const char *read_item(pattern_item *item, const char *text, const char *end) {
  memset(item, 0, sizeof *item);
  char next = text + 1 < end ? text[1] : 0;
  switch (*text) {
    case '(':
      item->kind = next == ')' ? ITEM_POSITION : ITEM_OPEN;
      return text + (next == ')' ? 2 : 1);
    case ')': item->kind = ITEM_CLOSE; return text + 1;
    case '$':
      if (text + 1 != end) break;
      item->kind = ITEM_END;
      return end;
    case '%':
      if (text + 1 >= end) break;
      if (isdigit((unsigned char)next)) {
        item->kind = ITEM_AGAIN;
        item->low = (unsigned char)(next - '0');
        return text + 2;
      }
      if (next == 'b') {
        if (text + 3 >= end) return wrong(item, "malformed pattern (missing arguments to '%b')");
        item->kind = ITEM_BALANCE;
        item->low = (unsigned char)text[2];
        item->high = (unsigned char)text[3];
        return text + 4;
      }
      if (next == 'f') {
        if (text + 2 >= end || text[2] != '[') return wrong(item, "missing '[' after '%f' in pattern");
        const char *after = read_single(item, text + 2, end);
        if (after) item->kind = ITEM_FRONTIER;
        return after;
      }
      break;
    default: break;
  }
  const char *after = read_single(item, text, end);
  if (after && after < end && *after != 0 && strchr("?*+-", *after)) item->quantifier = *after++;
  return after;
}

const pattern_item *pattern_read(lua_State *L, const char *text, size_t length) {
  if (length > SIZE_MAX / sizeof(pattern_item) - 1) luaL_error(L, "pattern too complex");
  // Each item takes a byte or more of the text; most patterns are short.
  size_t room = length < 16 ? length : 16, count = 0;
  pattern_item *items = lua_newuserdatauv(L, (room + 1) * sizeof *items, 0);
  const char *end = text + length;
  while (text && text < end) {
    if (count == room) {
      size_t more = room > length / 2 ? length : room * 2;
      pattern_item *larger = lua_newuserdatauv(L, (more + 1) * sizeof *items, 0);
      memcpy(larger, items, count * sizeof *items);
      lua_replace(L, -2);
      items = larger;
      room = more;
    }
    text = read_item(&items[count++], text, end);
  }
  if (text) {
    memset(&items[count], 0, sizeof *items);
    items[count].kind = ITEM_DONE;
  }
  return items;
}

// Whether a byte is there that a single item takes.
static bool takes(pattern_match *match, const pattern_item *item, const char *at) {
  if (at >= match->end) return false;
  switch (item->kind) {
    case ITEM_ANY: return true;
    case ITEM_BYTE: return (unsigned char)*at == item->low;
    default: return has(item, (unsigned char)*at);
  }
}

static const char *walk(pattern_match *match, const char *at, const pattern_item *item);

static const char *step(pattern_match *match, const char *at, const pattern_item *item) {
  lvm_poll_after(match->L, &match->poll, 1);
  if (match->depth == 0) luaL_error(match->L, "pattern too complex");
  match->depth--;
  const char *end = walk(match, at, item);
  match->depth++;
  return end;
}

static const char *open_capture(pattern_match *match, const char *at, const pattern_item *item, ptrdiff_t length) {
  if (match->count >= PATTERN_CAPTURES) luaL_error(match->L, "too many captures");
  match->captures[match->count++] = (pattern_capture){at, length};
  const char *end = step(match, at, item + 1);
  if (!end) match->count--;
  return end;
}

static const char *close_capture(pattern_match *match, const char *at, const pattern_item *item) {
  int index = match->count - 1;
  while (index >= 0 && match->captures[index].length != CAPTURE_OPEN) index--;
  if (index < 0) luaL_error(match->L, "invalid pattern capture");
  match->captures[index].length = at - match->captures[index].start;
  const char *end = step(match, at, item + 1);
  if (!end) match->captures[index].length = CAPTURE_OPEN;
  return end;
}

// The end of a piece that begins with one byte and ends with another, as often as it began.
static const char *balanced(pattern_match *match, const char *at, const pattern_item *item) {
  if (at >= match->end || (unsigned char)*at != item->low) return NULL;
  size_t depth = 1;
  for (const char *next = at + 1; next < match->end; next++) {
    lvm_poll_after(match->L, &match->poll, 1);
    if ((unsigned char)*next == item->high) {
      if (--depth == 0) return next + 1;
    } else if ((unsigned char)*next == item->low) {
      depth++;
    }
  }
  return NULL;
}

// What a capture holds, once more.
static const char *again(pattern_match *match, const char *at, const pattern_item *item) {
  int index = item->low - 1;
  if (index < 0 || index >= match->count || match->captures[index].length == CAPTURE_OPEN)
    luaL_error(match->L, "invalid capture index %%%d", index + 1);
  pattern_capture capture = match->captures[index];
  if (capture.length < 0 || match->end - at < capture.length) return NULL;
  lvm_poll_after(match->L, &match->poll, (size_t)capture.length / 64);
  return memcmp(capture.start, at, (size_t)capture.length) == 0 ? at + capture.length : NULL;
}

// As many as there are, then fewer.
static const char *most(pattern_match *match, const char *at, const pattern_item *item) {
  ptrdiff_t count = 0;
  while (takes(match, item, at + count)) {
    count++;
    lvm_poll_after(match->L, &match->poll, 1);
  }
  for (; count >= 0; count--) {
    const char *end = step(match, at + count, item + 1);
    if (end) return end;
  }
  return NULL;
}

// As few as will do.
static const char *fewest(pattern_match *match, const char *at, const pattern_item *item) {
  for (;; at++) {
    const char *end = step(match, at, item + 1);
    if (end) return end;
    if (!takes(match, item, at)) return NULL;
  }
}

static const char *walk(pattern_match *match, const char *at, const pattern_item *item) {
  for (;; item++) {
    switch (item->kind) {
      case ITEM_DONE: return at;
      case ITEM_WRONG: luaL_error(match->L, "%s", item->message); break;
      case ITEM_END: return at == match->end ? at : NULL;
      case ITEM_OPEN: return open_capture(match, at, item, CAPTURE_OPEN);
      case ITEM_POSITION: return open_capture(match, at, item, CAPTURE_POSITION);
      case ITEM_CLOSE: return close_capture(match, at, item);
      case ITEM_BALANCE:
        if (!(at = balanced(match, at, item))) return NULL;
        break;
      case ITEM_AGAIN:
        if (!(at = again(match, at, item))) return NULL;
        break;
      case ITEM_FRONTIER: {
        unsigned char before = at == match->subject ? 0 : (unsigned char)at[-1];
        unsigned char after = at == match->end ? 0 : (unsigned char)*at;
        if (has(item, before) || !has(item, after)) return NULL;
        break;
      }
      default:
        switch (item->quantifier) {
          case '*': return most(match, at, item);
          case '+': return takes(match, item, at) ? most(match, at + 1, item) : NULL;
          case '-': return fewest(match, at, item);
          case '?':
            if (takes(match, item, at)) {
              const char *end = step(match, at + 1, item + 1);
              if (end) return end;
            }
            break;
          default:
            if (!takes(match, item, at)) return NULL;
            at++;
        }
    }
  }
}

const char *pattern_at(pattern_match *match, const char *start) {
  match->depth = PATTERN_DEPTH;
  match->count = 0;
  return step(match, start, match->items);
}

void pattern_push(pattern_match *match, int index, const char *start, const char *end) {
  if (index >= match->count) {
    if (index != 0) luaL_error(match->L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(match->L, start, (size_t)(end - start));
    return;
  }
  pattern_capture capture = match->captures[index];
  if (capture.length == CAPTURE_OPEN) luaL_error(match->L, "unfinished capture");
  if (capture.length == CAPTURE_POSITION) {
    lua_pushinteger(match->L, capture.start - match->subject + 1);
  } else {
    lua_pushlstring(match->L, capture.start, (size_t)capture.length);
  }
}

int pattern_push_all(pattern_match *match, const char *start, const char *end) {
  int count = match->count == 0 && start ? 1 : match->count;
  luaL_checkstack(match->L, count, "too many captures");
  for (int index = 0; index < count; index++) pattern_push(match, index, start, end);
  return count;
}
