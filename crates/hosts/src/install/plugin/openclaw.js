/** What identifies a call: without a session nothing is asked about, and the program refuses. */
const about = (event, ctx) => ({
  sessionKey: ctx?.sessionKey ?? ctx?.sessionId,
  runId: event.runId,
  toolName: event.toolName,
  toolCallId: event.toolCallId,
  params: event.params,
});

export default {
  id: "sponsio",
  register(api) {
    api.on(
      "before_tool_call",
      async (event, ctx) => {
        const answer = await ask({ event: "before_tool_call", ...about(event, ctx) });
        if (answer.decision === "allow") return undefined;
        if (answer.decision === "escalate") {
          const approval = { title: "Sponsio asks", description: answer.reason, severity: "warning" };
          return { requireApproval: { ...approval, timeoutBehavior: "deny" } };
        }
        return { block: true, blockReason: answer.reason };
      },
      { priority: 1000, timeoutMs: 15000 },
    );
    api.on("after_tool_call", async (event, ctx) => {
      const { result, error } = event;
      await ask({ event: "after_tool_call", ...about(event, ctx), result, error });
    });
    api.on("session_end", async (event, ctx) => {
      await ask({ event: "session_end", ...about(event, ctx) });
    });
  },
};
