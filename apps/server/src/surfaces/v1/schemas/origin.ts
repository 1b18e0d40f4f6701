import { HeliosError, type PointInTime, parsePoint } from "@heliosdb/port";
import { custom, type Schema, text } from "../../../schema/index.js";

const form = text({
  maxLength: 400,
  description: "The state that the file was downloaded from, as `BRANCH@POINT`.",
  example: "main@scn:42",
});

/**
 * Parses `BRANCH@POINT`. The point in time is required: otherwise, later changes of the branch would look as if the
 * file had undone them.
 */
export const origin: Schema<{ branch: string; at: PointInTime }> = custom(form.json, (value, path) => {
  const given = form.parse(value, path);
  const [branch, point, ...rest] = given.split("@");
  if (!branch || !point || rest.length > 0) {
    throw new HeliosError(
      "INVALID_FIELD",
      `Invalid from "${given}". Expected BRANCH@POINT, such as main@scn:42: the X-Helios-Scn of the download is the number.`,
      { field: "from" },
    );
  }
  return { branch, at: parsePoint(point) };
});
