// Generated from the contracts by tools/bindings.ts. Do not edit: a test compares it with them.
import type { ClarityType } from './types.ts';

export const events = {
 "governance-dao": {
  "delegation-changed": {
   "tuple": [
    {
     "name": "delegator",
     "type": "principal"
    },
    {
     "name": "delegate",
     "type": {
      "optional": "principal"
     }
    }
   ]
  },
  "proposal-concluded": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "passed",
     "type": "bool"
    },
    {
     "name": "for",
     "type": "uint128"
    },
    {
     "name": "against",
     "type": "uint128"
    },
    {
     "name": "abstain",
     "type": "uint128"
    },
    {
     "name": "executable-at",
     "type": "uint128"
    },
    {
     "name": "bond-returned",
     "type": "bool"
    }
   ]
  },
  "constructed": {
   "tuple": [
    {
     "name": "proposal",
     "type": "principal"
    }
   ]
  },
  "proposal-vetoed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    }
   ]
  },
  "paused-changed": {
   "tuple": [
    {
     "name": "bits",
     "type": "uint128"
    },
    {
     "name": "by",
     "type": "principal"
    }
   ]
  },
  "member-changed": {
   "tuple": [
    {
     "name": "member",
     "type": "principal"
    },
    {
     "name": "active",
     "type": "bool"
    },
    {
     "name": "since",
     "type": "uint128"
    },
    {
     "name": "members",
     "type": "uint128"
    }
   ]
  },
  "peer-changed": {
   "tuple": [
    {
     "name": "role",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "who",
     "type": "principal"
    }
   ]
  },
  "guardian-changed": {
   "tuple": [
    {
     "name": "guardian",
     "type": "principal"
    },
    {
     "name": "sunset",
     "type": "uint128"
    }
   ]
  },
  "treasury-paid": {
   "tuple": [
    {
     "name": "to",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    }
   ]
  },
  "treasury-asset-paid": {
   "tuple": [
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "to",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    }
   ]
  },
  "proposal-created": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "proposer",
     "type": "principal"
    },
    {
     "name": "kind",
     "type": "uint128"
    },
    {
     "name": "key",
     "type": {
      "string-ascii": {
       "length": 32
      }
     }
    },
    {
     "name": "value",
     "type": "uint128"
    },
    {
     "name": "contract",
     "type": {
      "optional": "principal"
     }
    },
    {
     "name": "opens-at",
     "type": "uint128"
    },
    {
     "name": "closes-at",
     "type": "uint128"
    },
    {
     "name": "quorum",
     "type": "uint128"
    },
    {
     "name": "bond",
     "type": "uint128"
    }
   ]
  },
  "vote-cast": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "voter",
     "type": "principal"
    },
    {
     "name": "choice",
     "type": "uint128"
    },
    {
     "name": "for",
     "type": "uint128"
    },
    {
     "name": "against",
     "type": "uint128"
    },
    {
     "name": "abstain",
     "type": "uint128"
    }
   ]
  },
  "proposal-executed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    }
   ]
  },
  "parameter-changed": {
   "tuple": [
    {
     "name": "key",
     "type": {
      "string-ascii": {
       "length": 32
      }
     }
    },
    {
     "name": "before",
     "type": "uint128"
    },
    {
     "name": "after",
     "type": "uint128"
    },
    {
     "name": "v",
     "type": "uint128"
    }
   ]
  }
 },
 "energy-token": {
  "transfer-memo": {
   "buffer": {
    "length": 34
   }
  },
  "energy-retired": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "owner",
     "type": "principal"
    },
    {
     "name": "beneficiary",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "reason",
     "type": {
      "string-utf8": {
       "length": 80
      }
     }
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "export-minted": {
   "tuple": [
    {
     "name": "producer",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "custody",
     "type": "uint128"
    },
    {
     "name": "surplus",
     "type": "uint128"
    },
    {
     "name": "custody-to",
     "type": "principal"
    }
   ]
  },
  "energy-handed-over": {
   "tuple": [
    {
     "name": "sender",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    }
   ]
  },
  "token-uri-changed": {
   "tuple": [
    {
     "name": "uri",
     "type": {
      "optional": {
       "string-utf8": {
        "length": 256
       }
      }
     }
    }
   ]
  },
  "peer-changed": {
   "tuple": [
    {
     "name": "role",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "who",
     "type": "principal"
    }
   ]
  }
 },
 "reputation-system": {
  "staked": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "unstaked": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "stake-withdrawn": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "boost-refreshed": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "stake-held": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "stake-released": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    }
   ]
  },
  "rated": {
   "tuple": [
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "of",
     "type": "principal"
    },
    {
     "name": "stars",
     "type": "uint128"
    },
    {
     "name": "comment-hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "counted",
     "type": "bool"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "peer-changed": {
   "tuple": [
    {
     "name": "role",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "who",
     "type": "principal"
    }
   ]
  },
  "delivery-fault": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "count",
     "type": "uint128"
    },
    {
     "name": "step",
     "type": "uint128"
    },
    {
     "name": "fine",
     "type": "uint128"
    },
    {
     "name": "suspended-until",
     "type": "uint128"
    }
   ]
  },
  "stake-slashed": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "moved",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "leaving",
     "type": "uint128"
    },
    {
     "name": "leaves-at",
     "type": "uint128"
    },
    {
     "name": "holds",
     "type": "uint128"
    },
    {
     "name": "boost",
     "type": "uint128"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "finder",
     "type": {
      "optional": "principal"
     }
    },
    {
     "name": "reward",
     "type": "uint128"
    }
   ]
  },
  "score-changed": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "before",
     "type": "uint128"
    },
    {
     "name": "after",
     "type": "uint128"
    },
    {
     "name": "cause",
     "type": "uint128"
    },
    {
     "name": "ref",
     "type": "uint128"
    }
   ]
  }
 },
 "user-registry": {
  "household-registered": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "role",
     "type": "uint128"
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "profile-hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "profile-updated": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "profile-hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    }
   ]
  },
  "role-changed": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "role",
     "type": "uint128"
    },
    {
     "name": "bits",
     "type": "uint128"
    }
   ]
  },
  "privacy-changed": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "bits",
     "type": "uint128"
    }
   ]
  },
  "household-deactivated": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    }
   ]
  },
  "household-reactivated": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    }
   ]
  },
  "meter-registered": {
   "tuple": [
    {
     "name": "meter",
     "type": "uint128"
    },
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "device-key",
     "type": {
      "buffer": {
       "length": 33
      }
     }
    },
    {
     "name": "algorithm",
     "type": "uint128"
    }
   ]
  },
  "certification-applied": {
   "tuple": [
    {
     "name": "producer",
     "type": "principal"
    },
    {
     "name": "capacity-kwh",
     "type": "uint128"
    },
    {
     "name": "peak-w",
     "type": "uint128"
    },
    {
     "name": "source",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "seq",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "signed-cancelled-below": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    }
   ]
  },
  "meter-verified": {
   "tuple": [
    {
     "name": "meter",
     "type": "uint128"
    },
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "quality",
     "type": "uint128"
    },
    {
     "name": "load-w",
     "type": "uint128"
    }
   ]
  },
  "producer-certified": {
   "tuple": [
    {
     "name": "producer",
     "type": "principal"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "capacity-kwh",
     "type": "uint128"
    },
    {
     "name": "peak-w",
     "type": "uint128"
    },
    {
     "name": "source",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "seq",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "application-rejected": {
   "tuple": [
    {
     "name": "producer",
     "type": "principal"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "reason",
     "type": {
      "string-utf8": {
       "length": 50
      }
     }
    },
    {
     "name": "seq",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "certifier-changed": {
   "tuple": [
    {
     "name": "certifier",
     "type": "principal"
    },
    {
     "name": "level",
     "type": "uint128"
    }
   ]
  },
  "certification-revoked": {
   "tuple": [
    {
     "name": "producer",
     "type": "principal"
    },
    {
     "name": "by",
     "type": "principal"
    },
    {
     "name": "reason",
     "type": {
      "string-utf8": {
       "length": 50
      }
     }
    },
    {
     "name": "seq",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  }
 },
 "energy-oracle": {
  "productions-reported": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "rows",
     "type": "uint128"
    },
    {
     "name": "accepted",
     "type": "uint128"
    }
   ]
  },
  "consumption-reported": {
   "tuple": [
    {
     "name": "household",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "import-wh",
     "type": "uint128"
    },
    {
     "name": "root",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "slot-curtailed": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "reason",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "contradiction-proved": {
   "tuple": [
    {
     "name": "operator",
     "type": "principal"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "finder",
     "type": "principal"
    }
   ]
  },
  "production-final": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "export-wh",
     "type": "uint128"
    },
    {
     "name": "custody",
     "type": "uint128"
    },
    {
     "name": "surplus",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "curtailed",
     "type": "bool"
    }
   ]
  },
  "operators-changed": {
   "tuple": [
    {
     "name": "operators",
     "type": {
      "list": {
       "type": "principal",
       "length": 9
      }
     }
    },
    {
     "name": "threshold",
     "type": "uint128"
    }
   ]
  },
  "operators-named": {
   "tuple": [
    {
     "name": "operators",
     "type": {
      "list": {
       "type": "principal",
       "length": 9
      }
     }
    },
    {
     "name": "threshold",
     "type": "uint128"
    },
    {
     "name": "from",
     "type": "uint128"
    }
   ]
  },
  "utility-changed": {
   "tuple": [
    {
     "name": "utility",
     "type": "principal"
    }
   ]
  },
  "peer-changed": {
   "tuple": [
    {
     "name": "role",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "who",
     "type": "principal"
    }
   ]
  },
  "seat-vacated": {
   "tuple": [
    {
     "name": "operator",
     "type": "principal"
    },
    {
     "name": "operators",
     "type": {
      "list": {
       "type": "principal",
       "length": 9
      }
     }
    },
    {
     "name": "threshold",
     "type": "uint128"
    }
   ]
  },
  "row-refused": {
   "tuple": [
    {
     "name": "row",
     "type": "uint128"
    },
    {
     "name": "code",
     "type": "uint128"
    }
   ]
  },
  "production-reported": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "export-wh",
     "type": "uint128"
    },
    {
     "name": "root",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  }
 },
 "trade-escrow": {
  "deposited": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "vault",
     "type": "uint128"
    }
   ]
  },
  "withdrawn": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "vault",
     "type": "uint128"
    }
   ]
  },
  "paid-out": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "due",
     "type": "uint128"
    },
    {
     "name": "due-wh",
     "type": "uint128"
    }
   ]
  },
  "asset-deposited": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "vault",
     "type": "uint128"
    }
   ]
  },
  "asset-withdrawn": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    },
    {
     "name": "vault",
     "type": "uint128"
    }
   ]
  },
  "asset-paid-out": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "due",
     "type": "uint128"
    }
   ]
  },
  "asset-fees-swept": {
   "tuple": [
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "treasury",
     "type": "uint128"
    },
    {
     "name": "grid",
     "type": "uint128"
    }
   ]
  },
  "trade-confirmed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "delivered",
     "type": "uint128"
    },
    {
     "name": "paid",
     "type": "uint128"
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "grid",
     "type": "uint128"
    },
    {
     "name": "refund",
     "type": "uint128"
    }
   ]
  },
  "slot-final": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "export-wh",
     "type": "uint128"
    },
    {
     "name": "promised",
     "type": "uint128"
    },
    {
     "name": "custody",
     "type": "uint128"
    },
    {
     "name": "surplus",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    }
   ]
  },
  "slot-void": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "promised",
     "type": "uint128"
    }
   ]
  },
  "fees-swept": {
   "tuple": [
    {
     "name": "treasury",
     "type": "uint128"
    },
    {
     "name": "grid",
     "type": "uint128"
    }
   ]
  },
  "trade-asset": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "asset",
     "type": "principal"
    }
   ]
  },
  "trade-disputed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    }
   ]
  },
  "trade-judged": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "paid",
     "type": "uint128"
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "grid",
     "type": "uint128"
    },
    {
     "name": "refund",
     "type": "uint128"
    }
   ]
  },
  "asset-changed": {
   "tuple": [
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "open",
     "type": "bool"
    },
    {
     "name": "floor",
     "type": "uint128"
    },
    {
     "name": "ceiling",
     "type": "uint128"
    }
   ]
  },
  "grid-operator-changed": {
   "tuple": [
    {
     "name": "operator",
     "type": "principal"
    }
   ]
  },
  "peer-changed": {
   "tuple": [
    {
     "name": "role",
     "type": {
      "string-ascii": {
       "length": 20
      }
     }
    },
    {
     "name": "who",
     "type": "principal"
    }
   ]
  },
  "selling-suspended": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "until",
     "type": "uint128"
    }
   ]
  },
  "trade-opened": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "cost",
     "type": "uint128"
    },
    {
     "name": "locked",
     "type": "uint128"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "pv",
     "type": "uint128"
    },
    {
     "name": "terms",
     "type": "uint128"
    },
    {
     "name": "origin",
     "type": "uint128"
    },
    {
     "name": "ref",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "held": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "auction",
     "type": "uint128"
    },
    {
     "name": "posting",
     "type": "uint128"
    },
    {
     "name": "until",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "amount",
     "type": "uint128"
    }
   ]
  },
  "trade-cancelled": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "refund",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "reputation-refused": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "ref",
     "type": "uint128"
    },
    {
     "name": "code",
     "type": "uint128"
    }
   ]
  },
  "slot-dust": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    }
   ]
  },
  "trade-settled": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "delivered",
     "type": "uint128"
    },
    {
     "name": "paid",
     "type": "uint128"
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "grid",
     "type": "uint128"
    },
    {
     "name": "refund",
     "type": "uint128"
    },
    {
     "name": "status",
     "type": "uint128"
    }
   ]
  },
  "row-refused": {
   "tuple": [
    {
     "name": "row",
     "type": "uint128"
    },
    {
     "name": "code",
     "type": "uint128"
    }
   ]
  }
 },
 "marketplace": {
  "offer-updated": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "end-price",
     "type": "uint128"
    },
    {
     "name": "expiry",
     "type": "uint128"
    }
   ]
  },
  "offer-cancelled": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    }
   ]
  },
  "signed-cancelled": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    }
   ]
  },
  "signed-filled": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    },
    {
     "name": "filled",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "buyer",
     "type": "principal"
    }
   ]
  },
  "request-cancelled": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    }
   ]
  },
  "batch-matched": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "rows",
     "type": "uint128"
    },
    {
     "name": "opened",
     "type": "uint128"
    },
    {
     "name": "ids",
     "type": {
      "list": {
       "type": "uint128",
       "length": 50
      }
     }
    }
   ]
  },
  "offer-priced-in": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "asset",
     "type": "principal"
    },
    {
     "name": "mode",
     "type": "uint128"
    }
   ]
  },
  "auction-posted": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "district",
     "type": "uint128"
    },
    {
     "name": "poster",
     "type": "principal"
    },
    {
     "name": "bond",
     "type": "uint128"
    },
    {
     "name": "posting",
     "type": "uint128"
    },
    {
     "name": "closes-at",
     "type": "uint128"
    },
    {
     "name": "ends-at",
     "type": "uint128"
    },
    {
     "name": "volume",
     "type": "uint128"
    },
    {
     "name": "welfare",
     "type": "uint128"
    },
    {
     "name": "ties",
     "type": "uint128"
    },
    {
     "name": "low",
     "type": "uint128"
    },
    {
     "name": "high",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "rows",
     "type": "uint128"
    },
    {
     "name": "outbid",
     "type": {
      "optional": "principal"
     }
    },
    {
     "name": "won",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "auction-executed": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "district",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "rows",
     "type": "uint128"
    },
    {
     "name": "opened",
     "type": "uint128"
    },
    {
     "name": "ids",
     "type": {
      "list": {
       "type": "uint128",
       "length": 50
      }
     }
    }
   ]
  },
  "bond-returned": {
   "tuple": [
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "district",
     "type": "uint128"
    },
    {
     "name": "poster",
     "type": "principal"
    },
    {
     "name": "bond",
     "type": "uint128"
    }
   ]
  },
  "energy-listed": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "on-sale",
     "type": "uint128"
    },
    {
     "name": "reserve",
     "type": "uint128"
    },
    {
     "name": "expires-at",
     "type": "uint128"
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "energy-bought": {
   "tuple": [
    {
     "name": "purchase",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "cost",
     "type": "uint128"
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "refund-bps",
     "type": "uint128"
    },
    {
     "name": "closes-at",
     "type": "uint128"
    },
    {
     "name": "on-sale",
     "type": "uint128"
    },
    {
     "name": "reserve",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "energy-refunded": {
   "tuple": [
    {
     "name": "purchase",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "refund",
     "type": "uint128"
    },
    {
     "name": "held",
     "type": "uint128"
    },
    {
     "name": "relisted",
     "type": "bool"
    }
   ]
  },
  "proceeds-released": {
   "tuple": [
    {
     "name": "purchase",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "amount",
     "type": "uint128"
    }
   ]
  },
  "energy-unlisted": {
   "tuple": [
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "on-sale",
     "type": "uint128"
    },
    {
     "name": "reserve",
     "type": "uint128"
    },
    {
     "name": "expired",
     "type": "bool"
    }
   ]
  },
  "offer-created": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "min-wh",
     "type": "uint128"
    },
    {
     "name": "mode",
     "type": "uint128"
    },
    {
     "name": "price",
     "type": "uint128"
    },
    {
     "name": "end-price",
     "type": "uint128"
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "expiry",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "offer-accepted": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "remaining",
     "type": "uint128"
    }
   ]
  },
  "request-created": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "min-wh",
     "type": "uint128"
    },
    {
     "name": "max-price",
     "type": "uint128"
    },
    {
     "name": "urgency",
     "type": "uint128"
    },
    {
     "name": "slot-from",
     "type": "uint128"
    },
    {
     "name": "slot-to",
     "type": "uint128"
    },
    {
     "name": "expiry",
     "type": "uint128"
    },
    {
     "name": "asset",
     "type": {
      "optional": "principal"
     }
    },
    {
     "name": "cell",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "request-filled": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "offer",
     "type": {
      "optional": "uint128"
     }
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "remaining",
     "type": "uint128"
    }
   ]
  },
  "offer-released": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "remaining",
     "type": "uint128"
    }
   ]
  },
  "request-released": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "remaining",
     "type": "uint128"
    }
   ]
  },
  "signed-released": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "filled",
     "type": "uint128"
    }
   ]
  },
  "standing-filled": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "slot",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "filled",
     "type": "uint128"
    },
    {
     "name": "locked",
     "type": "uint128"
    },
    {
     "name": "spent",
     "type": "uint128"
    }
   ]
  },
  "standing-released": {
   "tuple": [
    {
     "name": "maker",
     "type": "principal"
    },
    {
     "name": "nonce",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "spent",
     "type": "uint128"
    }
   ]
  },
  "row-refused": {
   "tuple": [
    {
     "name": "row",
     "type": "uint128"
    },
    {
     "name": "code",
     "type": "uint128"
    }
   ]
  },
  "signed-matched": {
   "tuple": [
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "offer-nonce",
     "type": "uint128"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "bid-nonce",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    }
   ]
  },
  "listed-matched": {
   "tuple": [
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "offer",
     "type": "uint128"
    },
    {
     "name": "seller",
     "type": "principal"
    },
    {
     "name": "buyer",
     "type": "principal"
    },
    {
     "name": "bid-nonce",
     "type": "uint128"
    },
    {
     "name": "wh",
     "type": "uint128"
    },
    {
     "name": "remaining",
     "type": "uint128"
    }
   ]
  }
 },
 "dispute-resolution": {
  "dispute-opened": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "claimant",
     "type": "principal"
    },
    {
     "name": "claim",
     "type": "uint128"
    },
    {
     "name": "evidence-hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "bond",
     "type": "uint128"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "dispute-answered": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "respondent",
     "type": "principal"
    },
    {
     "name": "agree",
     "type": "bool"
    },
    {
     "name": "evidence-hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    },
    {
     "name": "bond",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "jury-called": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "caller",
     "type": "principal"
    },
    {
     "name": "size",
     "type": "uint128"
    },
    {
     "name": "fee",
     "type": "uint128"
    },
    {
     "name": "height",
     "type": "uint128"
    },
    {
     "name": "at",
     "type": "uint128"
    }
   ]
  },
  "jury-drawn": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "jurors",
     "type": {
      "list": {
       "type": "principal",
       "length": 7
      }
     }
    },
    {
     "name": "commit-until",
     "type": "uint128"
    },
    {
     "name": "ends-at",
     "type": "uint128"
    }
   ]
  },
  "vote-committed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "juror",
     "type": "principal"
    },
    {
     "name": "hash",
     "type": {
      "buffer": {
       "length": 32
      }
     }
    }
   ]
  },
  "vote-revealed": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "juror",
     "type": "principal"
    },
    {
     "name": "uphold",
     "type": "bool"
    }
   ]
  },
  "jury-concluded": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "verdict",
     "type": {
      "optional": "bool"
     }
    },
    {
     "name": "upheld",
     "type": "uint128"
    },
    {
     "name": "rejected",
     "type": "uint128"
    },
    {
     "name": "paid",
     "type": "uint128"
    },
    {
     "name": "returned",
     "type": "uint128"
    }
   ]
  },
  "juror-enrolled": {
   "tuple": [
    {
     "name": "juror",
     "type": "principal"
    },
    {
     "name": "jurors",
     "type": "uint128"
    }
   ]
  },
  "juror-left": {
   "tuple": [
    {
     "name": "juror",
     "type": "principal"
    },
    {
     "name": "jurors",
     "type": "uint128"
    }
   ]
  },
  "dispute-resolved": {
   "tuple": [
    {
     "name": "id",
     "type": "uint128"
    },
    {
     "name": "trade",
     "type": "uint128"
    },
    {
     "name": "how",
     "type": "uint128"
    },
    {
     "name": "upheld",
     "type": "bool"
    },
    {
     "name": "revision",
     "type": "uint128"
    },
    {
     "name": "bond-returned",
     "type": "bool"
    }
   ]
  },
  "reputation-refused": {
   "tuple": [
    {
     "name": "who",
     "type": "principal"
    },
    {
     "name": "ref",
     "type": "uint128"
    },
    {
     "name": "code",
     "type": "uint128"
    }
   ]
  }
 }
} as const satisfies Record<string, Record<string, ClarityType>>;
