/** The directory of a replica whose broker has several and has not said in which it is (KIP-858). */
export const UNASSIGNED_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** The first hundred ids are no directory's: they say that it is not known, or was lost. */
export const isDirectoryId = (id: string): boolean => !id.startsWith('AAAAAAAAAAAAAAAAAAAA');
