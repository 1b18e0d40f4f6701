import { boolean, described, named, nullable, objectOf, optional, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { role } from "../../schemas/role.js";

const TAG = "Authentication";
const PATH = "/v1/auth/users";

const userId = text({
  minLength: 1,
  maxLength: 200,
  description: "Id of the user in keys and tokens, and the author in the history.",
  example: "alice@example.com",
});
const userName = text({ minLength: 1, maxLength: 200, description: "Name of the user.", example: "Alice" });
const email = text({
  minLength: 3,
  maxLength: 320,
  pattern: "^[^@\\s]+@[^@\\s]+$",
  description: "E-mail address of the user.",
  example: "alice@example.com",
});
const userPath = objectOf({ user: described("Id of the user.", userId) });
const hints = { user_id: "id", display_name: "name", mail: "email", roles: "role", scopes: "role", active: "disabled" };

export const createUser = operation({
  id: "createUser",
  method: "POST",
  path: PATH,
  tag: TAG,
  summary: "Create a user",
  description: "The role limits all keys and tokens of that user id.",
  access: "admin",
  rate: "write",
  status: 201,
  body: named("CreateUserRequest", objectOf({ id: userId, name: userName, email: optional(email), role }, { hints })),
  view: "user",
  errors: ["USER_EXISTS"],
});

export const listUsers = operation({
  id: "listUsers",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "List the tenant's users",
  description: "Includes disabled users, oldest first.",
  access: "admin",
  rate: "read",
  view: "userList",
});

export const getUser = operation({
  id: "getUser",
  method: "GET",
  path: `${PATH}/{user}`,
  tag: TAG,
  summary: "Get a user",
  access: "admin",
  rate: "read",
  params: userPath,
  view: "user",
  errors: ["USER_NOT_FOUND"],
});

export const updateUser = operation({
  id: "updateUser",
  method: "PATCH",
  path: `${PATH}/{user}`,
  tag: TAG,
  summary: "Change a user",
  description:
    "Fields that are left out change nothing. A new role, and `disabled`, take effect with the user's next request.",
  access: "admin",
  rate: "write",
  params: userPath,
  body: named(
    "UpdateUserRequest",
    objectOf(
      {
        name: optional(userName),
        email: optional(described("Null removes it.", nullable(email))),
        role: optional(role),
        disabled: optional(boolean({ description: "While true, none of the user's keys and tokens are valid." })),
      },
      { minProperties: 1, hints, example: { role: "maintainer" } },
    ),
  ),
  view: "user",
  errors: ["USER_NOT_FOUND"],
});

export const deleteUser = operation({
  id: "deleteUser",
  method: "DELETE",
  path: `${PATH}/{user}`,
  tag: TAG,
  summary: "Delete a user",
  description:
    "Revokes all of the user's keys. Tokens signed elsewhere stay valid: if there are any, disable the user instead.",
  access: "admin",
  rate: "write",
  params: userPath,
  view: "user",
  errors: ["USER_NOT_FOUND"],
});
