/**
 * No time limit, for the players of random histories. They compute without a pause, so that a limit would end nothing: it
 * would only call a history wrong, when it is over, because the machine had other things to do.
 */
export const UNLIMITED = 0;
