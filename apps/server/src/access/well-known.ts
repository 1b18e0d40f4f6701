/** The tenant that the server itself belongs to. */
export const DEFAULT_TENANT = "default";
/** Id of the key that the server was started with. */
export const ADMIN_KEY_ID = "k_admin";
