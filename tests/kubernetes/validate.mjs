// Reads objects as JSON and judges each by the schema of its kind: values by
// the schema itself, names of fields by the compiler, which takes no field that
// a type does not have. A schema alone lets a misspelt field pass, and so does
// a cluster, with a warning that nobody reads.
import {execFileSync} from "node:child_process";
import {readFileSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";

const [modules, objectsFile] = process.argv.slice(2);
const require = createRequire(modules + "/");
const packages = {
    "batch/v1": "kubernetes-models/batch/v1",
    "v1": "kubernetes-models/v1",
    "networking.k8s.io/v1": "kubernetes-models/networking.k8s.io/v1",
};
const objects = JSON.parse(readFileSync(objectsFile, "utf8"));
let source = "";
let wrong = 0;
objects.forEach((object, number) => {
    const from = packages[object.apiVersion];
    if (!from) {
        throw new Error(`no schema for ${object.apiVersion} ${object.kind}`);
    }
    try {
        new (require(from)[object.kind])(object).validate();
    } catch (error) {
        console.error(`${object.kind} ${object.metadata.name}: ${error.message}`);
        wrong = 1;
    }
    source += `import type {I${object.kind} as T${number}} from "${from}";\n` +
        `export const o${number}: T${number} = ${JSON.stringify(object, null, 1)};\n`;
});
writeFileSync(modules + "/objects.ts", source);
try {
    execFileSync(modules + "/node_modules/.bin/tsc", [
        "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext",
        "--moduleResolution", "nodenext", "objects.ts",
    ], {cwd: modules, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8"});
} catch (error) {
    console.error(error.stdout);
    wrong = 1;
}
process.exit(wrong);
