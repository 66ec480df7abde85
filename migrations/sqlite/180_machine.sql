-- Which file this is to the machine that opened it: the machine keeps a note under the same name outside the file's folder
-- (core/engine/machine.ts). A file whose mark the machine does not know was carried here; one that lacks what the note names is older.
create table machineMark (
  singleton integer primary key check (singleton = 1),
  mark text not null
) strict;
