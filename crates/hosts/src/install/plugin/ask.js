import { spawn } from "node:child_process";

// How long the program may take, in milliseconds. It answers by itself before.
const WAIT = 12000;

/** Asks the program; whatever is no answer is a refusal, or consent where nothing is enforced. */
function ask(payload) {
  return new Promise((resolve) => {
    let out = "";
    let err = "";
    let done = false;
    const end = (answer) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      resolve(answer);
    };
    const fail = (why) =>
      end({ decision: CLOSED ? "block" : "allow", reason: `Sponsio did not answer: ${why}` });
    const child = spawn(COMMAND[0], COMMAND.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
    const timer = setTimeout(() => {
      child.kill();
      fail("it took too long");
    }, WAIT);
    child.on("error", (error) => fail(error.message));
    child.stdin.on("error", () => {});
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (err += data));
    child.on("close", (code) => {
      let answer;
      try {
        answer = JSON.parse(out);
      } catch {
        return fail(err.trim() || `exit code ${code}`);
      }
      const reason = answer.reason || err.trim() || `exit code ${code}`;
      if (code === 0 && answer.decision === "allow") end({ decision: "allow", reason });
      else end({ decision: answer.decision === "escalate" ? "escalate" : "block", reason });
    });
    child.stdin.end(JSON.stringify(payload));
  });
}
