// Reading lines at a terminal, with editing, history and completion: libedit, through the few functions that are used of
// it. Everything here is to be called from one thread at a time.
#ifndef CLINEEDITOR_H
#define CLINEEDITOR_H

// Gives what a word may be completed to: a list of words, each from malloc, with NULL at its end, itself from malloc; NULL
// where there is none.
typedef char **(*cle_completer)(const char *word);

// Begins; `name` is the program's name for ~/.editrc.
void cle_begin(const char *name, cle_completer completer);

// Reads a line, which the caller frees; NULL at the end of input.
char *cle_read(const char *prompt);

// Makes a line the newest of the history, which keeps `limit` of them.
void cle_remember(const char *line, int limit);

// Reads the history from a file, and writes it there. 0, or an errno.
int cle_load(const char *path);
int cle_save(const char *path);

#endif
