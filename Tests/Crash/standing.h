// The end of a process as a client sees it when the power goes: at once, and nothing is sent any more.
//
// What a file system that is shut down answers, or what was never the content of a file, would reach clients otherwise.

// Has `deed` done by another process while no thread of this one runs, then kills this one.
_Noreturn void die_standing(void (*deed)(void));
