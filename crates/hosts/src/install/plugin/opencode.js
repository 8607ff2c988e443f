export const Sponsio = async ({ client, directory }) => {
  const parents = new Map();
  const parent = async (sessionID) => {
    if (!parents.has(sessionID)) {
      const found = await client.session.get({ path: { id: sessionID } }).catch(() => undefined);
      parents.set(sessionID, found?.data?.parentID);
    }
    return parents.get(sessionID);
  };
  return {
    "tool.execute.before": async ({ tool, sessionID, callID }, { args }) => {
      const parentID = await parent(sessionID);
      const answer = await ask({ event: "tool.execute.before", tool, sessionID, callID, args, directory, parentID });
      if (answer.decision !== "allow") throw new Error(answer.reason);
    },
    "tool.execute.after": async ({ tool, sessionID, callID, args }, { output }) => {
      const parentID = await parent(sessionID);
      await ask({ event: "tool.execute.after", tool, sessionID, callID, args, output, directory, parentID });
    },
    "chat.message": async ({ sessionID }, { parts }) => {
      const text = parts.filter((part) => part.type === "text").map((part) => part.text).join("\n");
      await ask({ event: "chat.message", sessionID, text, directory });
    },
    event: async ({ event }) => {
      if (event.type === "session.deleted") {
        await ask({ event: "session.deleted", sessionID: event.properties.info.id, directory });
      }
    },
  };
};
