// What native code keeps of a prepared statement. The JavaScript object holds the record's address; the record lives
// in the engine's arena until that object is collected, also when the statement itself was finalized before.
//
// offset  size  field
//      0     4  engine's statement, 0 once finalized
//      4     4  connection record, 0 once the connection is closed
//      8     4  next record of the connection
//     12     4  previous record of the connection
//     16     4  state
//     20     4  modes
//     24     4  number of parameters
//     28     4  number of result columns, when the atoms were made
//     32     4  atoms of the column names, 0 until the first row becomes an object
//     36     4  engine's count of recompilations, when the atoms were made
//     40     4  1 when the statement cannot write
//     44     4  how its parameters are named
//     48     4  number of strings that are lent until the next reset
//     52     4  how far rows as objects have got
//     56     8  template of rows as objects, or a number when there is none
//     64     4  number of strings that are lent until the end, for parameters that are bound for good
//     72   4 n  lent strings, at most one a parameter

export const STATEMENT: u32 = 0;
export const CONNECTION: u32 = 4;
export const NEXT: u32 = 8;
export const PREVIOUS: u32 = 12;
export const STATE: u32 = 16;
export const MODES: u32 = 20;
export const PARAMETER_COUNT: u32 = 24;
export const COLUMN_COUNT: u32 = 28;
export const COLUMN_ATOMS: u32 = 32;
export const REPREPARES: u32 = 36;
export const READONLY: u32 = 40;
export const NAMING: u32 = 44;
export const LENT_COUNT: u32 = 48;
export const OBJECT_ROWS: u32 = 52;
export const TEMPLATE: u32 = 56;
export const KEPT_COUNT: u32 = 64;
export const LENT: u32 = 72;
export const POINTER_SIZE: u32 = 4;
