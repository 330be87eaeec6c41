// Generated from the contracts by tools/bindings.ts. Do not edit: a test compares it with them.
import type { Abi } from './types.ts';

export const abi = {
 "governance-dao": {
  "functions": [
   {
    "name": "conclude",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "abstain",
         "type": "uint128"
        },
        {
         "name": "against",
         "type": "uint128"
        },
        {
         "name": "bond-returned",
         "type": "bool"
        },
        {
         "name": "executable-at",
         "type": "uint128"
        },
        {
         "name": "for",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "passed",
         "type": "bool"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "construct",
    "access": "public",
    "args": [
     {
      "name": "proposal",
      "type": "trait_reference"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "proposal",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "delegate",
    "access": "public",
    "args": [
     {
      "name": "to",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "delegate",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "delegator",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "execute-contract",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "proposal",
      "type": "trait_reference"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "execute-parameter",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-bounds",
    "access": "read_only",
    "args": [
     {
      "name": "key",
      "type": {
       "string-ascii": {
        "length": 32
       }
      }
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "default",
        "type": "uint128"
       },
       {
        "name": "max",
        "type": "uint128"
       },
       {
        "name": "min",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-delegate",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-guardian",
    "access": "read_only",
    "args": [],
    "outputs": {
     "tuple": [
      {
       "name": "guardian",
       "type": {
        "optional": "principal"
       }
      },
      {
       "name": "sunset",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-member",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "active",
        "type": "bool"
       },
       {
        "name": "since",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-member-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-parameter",
    "access": "read_only",
    "args": [
     {
      "name": "key",
      "type": {
       "string-ascii": {
        "length": 32
       }
      }
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-parameters",
    "access": "read_only",
    "args": [],
    "outputs": {
     "tuple": [
      {
       "name": "cancel-window",
       "type": "uint128"
      },
      {
       "name": "challenge-window",
       "type": "uint128"
      },
      {
       "name": "commission-bps",
       "type": "uint128"
      },
      {
       "name": "default-limit-wh",
       "type": "uint128"
      },
      {
       "name": "gate-closure",
       "type": "uint128"
      },
      {
       "name": "gate-opening",
       "type": "uint128"
      },
      {
       "name": "grid-bps-cell",
       "type": "uint128"
      },
      {
       "name": "grid-bps-district",
       "type": "uint128"
      },
      {
       "name": "grid-bps-far",
       "type": "uint128"
      },
      {
       "name": "min-wh",
       "type": "uint128"
      },
      {
       "name": "paused",
       "type": "uint128"
      },
      {
       "name": "price-ceiling",
       "type": "uint128"
      },
      {
       "name": "price-floor",
       "type": "uint128"
      },
      {
       "name": "report-max-age",
       "type": "uint128"
      },
      {
       "name": "timeout",
       "type": "uint128"
      },
      {
       "name": "v",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-parameters-at",
    "access": "read_only",
    "args": [
     {
      "name": "v",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "cancel-window",
        "type": "uint128"
       },
       {
        "name": "challenge-window",
        "type": "uint128"
       },
       {
        "name": "commission-bps",
        "type": "uint128"
       },
       {
        "name": "default-limit-wh",
        "type": "uint128"
       },
       {
        "name": "gate-closure",
        "type": "uint128"
       },
       {
        "name": "gate-opening",
        "type": "uint128"
       },
       {
        "name": "grid-bps-cell",
        "type": "uint128"
       },
       {
        "name": "grid-bps-district",
        "type": "uint128"
       },
       {
        "name": "grid-bps-far",
        "type": "uint128"
       },
       {
        "name": "min-wh",
        "type": "uint128"
       },
       {
        "name": "paused",
        "type": "uint128"
       },
       {
        "name": "price-ceiling",
        "type": "uint128"
       },
       {
        "name": "price-floor",
        "type": "uint128"
       },
       {
        "name": "report-max-age",
        "type": "uint128"
       },
       {
        "name": "timeout",
        "type": "uint128"
       },
       {
        "name": "v",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-peer",
    "access": "read_only",
    "args": [
     {
      "name": "role",
      "type": {
       "string-ascii": {
        "length": 20
       }
      }
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-proposal",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "abstain",
        "type": "uint128"
       },
       {
        "name": "against",
        "type": "uint128"
       },
       {
        "name": "bond",
        "type": "uint128"
       },
       {
        "name": "closes-at",
        "type": "uint128"
       },
       {
        "name": "contract",
        "type": {
         "optional": "principal"
        }
       },
       {
        "name": "executable-at",
        "type": "uint128"
       },
       {
        "name": "for",
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
        "name": "kind",
        "type": "uint128"
       },
       {
        "name": "opens-at",
        "type": "uint128"
       },
       {
        "name": "proposer",
        "type": "principal"
       },
       {
        "name": "quorum",
        "type": "uint128"
       },
       {
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "threshold-bps",
        "type": "uint128"
       },
       {
        "name": "timelock",
        "type": "uint128"
       },
       {
        "name": "value",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-proposal-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-treasury",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-vote",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "voter",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": "uint128"
    }
   },
   {
    "name": "is-constructed",
    "access": "read_only",
    "args": [],
    "outputs": "bool"
   },
   {
    "name": "is-dao-call",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "is-paused",
    "access": "read_only",
    "args": [
     {
      "name": "what",
      "type": "uint128"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "pay-asset",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "trait_reference"
     },
     {
      "name": "amount",
      "type": "uint128"
     },
     {
      "name": "to",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "to",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "pay-treasury",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     },
     {
      "name": "to",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "to",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "propose-contract",
    "access": "public",
    "args": [
     {
      "name": "proposal",
      "type": "trait_reference"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bond",
         "type": "uint128"
        },
        {
         "name": "closes-at",
         "type": "uint128"
        },
        {
         "name": "contract",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "id",
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
         "name": "kind",
         "type": "uint128"
        },
        {
         "name": "opens-at",
         "type": "uint128"
        },
        {
         "name": "proposer",
         "type": "principal"
        },
        {
         "name": "quorum",
         "type": "uint128"
        },
        {
         "name": "value",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "propose-parameter",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bond",
         "type": "uint128"
        },
        {
         "name": "closes-at",
         "type": "uint128"
        },
        {
         "name": "contract",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "id",
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
         "name": "kind",
         "type": "uint128"
        },
        {
         "name": "opens-at",
         "type": "uint128"
        },
        {
         "name": "proposer",
         "type": "principal"
        },
        {
         "name": "quorum",
         "type": "uint128"
        },
        {
         "name": "value",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-certification-fee",
    "access": "public",
    "args": [
     {
      "name": "fee",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-commission-rate",
    "access": "public",
    "args": [
     {
      "name": "bps",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-energy-price",
    "access": "public",
    "args": [
     {
      "name": "price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-energy-reserve-limit",
    "access": "public",
    "args": [
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-guardian",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     },
     {
      "name": "sunset",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-max-energy-per-user",
    "access": "public",
    "args": [
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-member",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     },
     {
      "name": "active",
      "type": "bool"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "active",
         "type": "bool"
        },
        {
         "name": "member",
         "type": "principal"
        },
        {
         "name": "members",
         "type": "uint128"
        },
        {
         "name": "since",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-parameter",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-paused",
    "access": "public",
    "args": [
     {
      "name": "bits",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-peer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-price-bounds",
    "access": "public",
    "args": [
     {
      "name": "floor",
      "type": "uint128"
     },
     {
      "name": "ceiling",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-production-bounds",
    "access": "public",
    "args": [
     {
      "name": "least",
      "type": "uint128"
     },
     {
      "name": "most",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-refund-rate",
    "access": "public",
    "args": [
     {
      "name": "bps",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
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
         "name": "v",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "undelegate",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "delegate",
         "type": {
          "optional": "none"
         }
        },
        {
         "name": "delegator",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "veto",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "vote",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "choice",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "abstain",
         "type": "uint128"
        },
        {
         "name": "against",
         "type": "uint128"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "voter",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "vote-for",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "choice",
      "type": "uint128"
     },
     {
      "name": "delegators",
      "type": {
       "list": {
        "type": "principal",
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "choice",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "votes",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   }
  ]
 },
 "energy-token": {
  "functions": [
   {
    "name": "get-balance",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": "uint128",
      "error": "none"
     }
    }
   },
   {
    "name": "get-certificate",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "amount",
        "type": "uint128"
       },
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "beneficiary",
        "type": "principal"
       },
       {
        "name": "owner",
        "type": "principal"
       },
       {
        "name": "reason",
        "type": {
         "string-utf8": {
          "length": 80
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-certificate-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-decimals",
    "access": "read_only",
    "args": [],
    "outputs": {
     "response": {
      "ok": "uint128",
      "error": "none"
     }
    }
   },
   {
    "name": "get-name",
    "access": "read_only",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "string-ascii": {
        "length": 15
       }
      },
      "error": "none"
     }
    }
   },
   {
    "name": "get-peer",
    "access": "read_only",
    "args": [
     {
      "name": "role",
      "type": {
       "string-ascii": {
        "length": 20
       }
      }
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-symbol",
    "access": "read_only",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "string-ascii": {
        "length": 3
       }
      },
      "error": "none"
     }
    }
   },
   {
    "name": "get-token-uri",
    "access": "read_only",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "optional": {
        "string-utf8": {
         "length": 256
        }
       }
      },
      "error": "none"
     }
    }
   },
   {
    "name": "get-total-supply",
    "access": "read_only",
    "args": [],
    "outputs": {
     "response": {
      "ok": "uint128",
      "error": "none"
     }
    }
   },
   {
    "name": "hand-over",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     },
     {
      "name": "sender",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "sender",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "mint-export",
    "access": "public",
    "args": [
     {
      "name": "custody",
      "type": "uint128"
     },
     {
      "name": "custody-to",
      "type": "principal"
     },
     {
      "name": "surplus",
      "type": "uint128"
     },
     {
      "name": "producer",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "custody",
         "type": "uint128"
        },
        {
         "name": "custody-to",
         "type": "principal"
        },
        {
         "name": "producer",
         "type": "principal"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "surplus",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "retire",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     },
     {
      "name": "beneficiary",
      "type": "principal"
     },
     {
      "name": "reason",
      "type": {
       "string-utf8": {
        "length": 80
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "beneficiary",
         "type": "principal"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "owner",
         "type": "principal"
        },
        {
         "name": "reason",
         "type": {
          "string-utf8": {
           "length": 80
          }
         }
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-peer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-token-uri",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "transfer",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     },
     {
      "name": "sender",
      "type": "principal"
     },
     {
      "name": "recipient",
      "type": "principal"
     },
     {
      "name": "memo",
      "type": {
       "optional": {
        "buffer": {
         "length": 34
        }
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": "bool",
      "error": "uint128"
     }
    }
   }
  ]
 },
 "reputation-system": {
  "functions": [
   {
    "name": "get-boost",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-faults",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "list": {
      "type": "uint128",
      "length": 9
     }
    }
   },
   {
    "name": "get-pair-gain",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "buyer",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "gained",
       "type": "uint128"
      },
      {
       "name": "since",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-peer",
    "access": "read_only",
    "args": [
     {
      "name": "role",
      "type": {
       "string-ascii": {
        "length": 20
       }
      }
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-rating",
    "access": "read_only",
    "args": [
     {
      "name": "trade",
      "type": "uint128"
     },
     {
      "name": "by",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "at",
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
        "name": "of",
        "type": "principal"
       },
       {
        "name": "stars",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-rating-sum",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "ratings",
       "type": "uint128"
      },
      {
       "name": "stars",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-score",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-stake",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "amount",
       "type": "uint128"
      },
      {
       "name": "boost",
       "type": "uint128"
      },
      {
       "name": "holds",
       "type": "uint128"
      },
      {
       "name": "leaves-at",
       "type": "uint128"
      },
      {
       "name": "leaving",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-tier",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "limit-percent",
       "type": "uint128"
      },
      {
       "name": "tier",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "hold-stake",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "limits",
    "access": "read_only",
    "args": [
     {
      "name": "row",
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "buyer-capacity-wh",
         "type": "uint128"
        },
        {
         "name": "default-limit-wh",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "seller-capacity-wh",
         "type": "uint128"
        }
       ]
      }
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "buyer",
       "type": "uint128"
      },
      {
       "name": "seller",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "limits-each",
    "access": "read_only",
    "args": [
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "capacity-wh",
           "type": "uint128"
          },
          {
           "name": "default-limit-wh",
           "type": "uint128"
          },
          {
           "name": "who",
           "type": "principal"
          }
         ]
        },
        "length": 51
       }
      }
     }
    ],
    "outputs": {
     "list": {
      "type": "uint128",
      "length": 51
     }
    }
   },
   {
    "name": "limits-many",
    "access": "read_only",
    "args": [
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "buyer",
           "type": "principal"
          },
          {
           "name": "buyer-capacity-wh",
           "type": "uint128"
          },
          {
           "name": "default-limit-wh",
           "type": "uint128"
          },
          {
           "name": "seller",
           "type": "principal"
          },
          {
           "name": "seller-capacity-wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "list": {
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "uint128"
        }
       ]
      },
      "length": 50
     }
    }
   },
   {
    "name": "record-cancellation",
    "access": "public",
    "args": [
     {
      "name": "buyer",
      "type": "principal"
     },
     {
      "name": "trade",
      "type": "uint128"
     },
     {
      "name": "cancelled",
      "type": "uint128"
     },
     {
      "name": "total",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
         "type": "uint128"
        },
        {
         "name": "cause",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "record-delivery",
    "access": "public",
    "args": [
     {
      "name": "seller",
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
      "name": "promised",
      "type": "uint128"
     },
     {
      "name": "buyer",
      "type": {
       "optional": "principal"
      }
     },
     {
      "name": "excused",
      "type": "bool"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
         "type": "uint128"
        },
        {
         "name": "cause",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "suspended-until",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "record-dispute",
    "access": "public",
    "args": [
     {
      "name": "loser",
      "type": "principal"
     },
     {
      "name": "dispute",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
         "type": "uint128"
        },
        {
         "name": "cause",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "record-meter",
    "access": "public",
    "args": [
     {
      "name": "household",
      "type": "principal"
     },
     {
      "name": "meter",
      "type": "uint128"
     },
     {
      "name": "quality",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
         "type": "uint128"
        },
        {
         "name": "cause",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "record-rating",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "by",
         "type": "principal"
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
         "name": "of",
         "type": "principal"
        },
        {
         "name": "stars",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "record-signup",
    "access": "public",
    "args": [
     {
      "name": "household",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "after",
         "type": "uint128"
        },
        {
         "name": "before",
         "type": "uint128"
        },
        {
         "name": "cause",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "refresh-boost",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "none"
     }
    }
   },
   {
    "name": "release-stake",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-peer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "slash",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     },
     {
      "name": "asked",
      "type": "uint128"
     },
     {
      "name": "finder",
      "type": {
       "optional": "principal"
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
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
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "reward",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "stake",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "tier-of",
    "access": "read_only",
    "args": [
     {
      "name": "score",
      "type": "uint128"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "limit-percent",
       "type": "uint128"
      },
      {
       "name": "tier",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "unstake",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "withdraw-stake",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "boost",
         "type": "uint128"
        },
        {
         "name": "holds",
         "type": "uint128"
        },
        {
         "name": "leaves-at",
         "type": "uint128"
        },
        {
         "name": "leaving",
         "type": "uint128"
        },
        {
         "name": "moved",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   }
  ]
 },
 "user-registry": {
  "functions": [
   {
    "name": "add-certifier",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     },
     {
      "name": "level",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "apply-for-certification",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "capacity-kwh",
         "type": "uint128"
        },
        {
         "name": "fee",
         "type": "uint128"
        },
        {
         "name": "peak-w",
         "type": "uint128"
        },
        {
         "name": "producer",
         "type": "principal"
        },
        {
         "name": "seq",
         "type": "uint128"
        },
        {
         "name": "source",
         "type": {
          "string-ascii": {
           "length": 20
          }
         }
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-signed-below",
    "access": "public",
    "args": [
     {
      "name": "nonce",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "certify-producer",
    "access": "public",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
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
         "name": "producer",
         "type": "principal"
        },
        {
         "name": "seq",
         "type": "uint128"
        },
        {
         "name": "source",
         "type": {
          "string-ascii": {
           "length": 20
          }
         }
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "deactivate",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "household",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-application",
    "access": "read_only",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "capacity-kwh",
        "type": "uint128"
       },
       {
        "name": "peak-w",
        "type": "uint128"
       },
       {
        "name": "pending",
        "type": "bool"
       },
       {
        "name": "source",
        "type": {
         "string-ascii": {
          "length": 20
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-certification-fee",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-certification-history",
    "access": "read_only",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     },
     {
      "name": "seq",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "action",
        "type": "uint128"
       },
       {
        "name": "at",
        "type": "uint128"
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
        "name": "reason",
        "type": {
         "string-utf8": {
          "length": 50
         }
        }
       },
       {
        "name": "source",
        "type": {
         "string-ascii": {
          "length": 20
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-certifier-level",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-history-length",
    "access": "read_only",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-meter",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "algorithm",
        "type": "uint128"
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
        "name": "household",
        "type": "principal"
       },
       {
        "name": "quality",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-meter-of-key",
    "access": "read_only",
    "args": [
     {
      "name": "device-key",
      "type": {
       "buffer": {
        "length": 33
       }
      }
     }
    ],
    "outputs": {
     "optional": "uint128"
    }
   },
   {
    "name": "get-moved-at",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": "uint128"
    }
   },
   {
    "name": "get-pair",
    "access": "read_only",
    "args": [
     {
      "name": "row",
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "seller",
         "type": "principal"
        }
       ]
      }
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "buyer",
       "type": {
        "optional": {
         "tuple": [
          {
           "name": "bits",
           "type": "uint128"
          },
          {
           "name": "capacity-wh",
           "type": "uint128"
          },
          {
           "name": "cell",
           "type": "uint128"
          },
          {
           "name": "load-w",
           "type": "uint128"
          },
          {
           "name": "meter",
           "type": "uint128"
          },
          {
           "name": "nonce-floor",
           "type": "uint128"
          },
          {
           "name": "peak-w",
           "type": "uint128"
          }
         ]
        }
       }
      },
      {
       "name": "seller",
       "type": {
        "optional": {
         "tuple": [
          {
           "name": "bits",
           "type": "uint128"
          },
          {
           "name": "capacity-wh",
           "type": "uint128"
          },
          {
           "name": "cell",
           "type": "uint128"
          },
          {
           "name": "load-w",
           "type": "uint128"
          },
          {
           "name": "meter",
           "type": "uint128"
          },
          {
           "name": "nonce-floor",
           "type": "uint128"
          },
          {
           "name": "peak-w",
           "type": "uint128"
          }
         ]
        }
       }
      }
     ]
    }
   },
   {
    "name": "get-pairs",
    "access": "read_only",
    "args": [
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "buyer",
           "type": "principal"
          },
          {
           "name": "seller",
           "type": "principal"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "list": {
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": {
          "optional": {
           "tuple": [
            {
             "name": "bits",
             "type": "uint128"
            },
            {
             "name": "capacity-wh",
             "type": "uint128"
            },
            {
             "name": "cell",
             "type": "uint128"
            },
            {
             "name": "load-w",
             "type": "uint128"
            },
            {
             "name": "meter",
             "type": "uint128"
            },
            {
             "name": "nonce-floor",
             "type": "uint128"
            },
            {
             "name": "peak-w",
             "type": "uint128"
            }
           ]
          }
         }
        },
        {
         "name": "seller",
         "type": {
          "optional": {
           "tuple": [
            {
             "name": "bits",
             "type": "uint128"
            },
            {
             "name": "capacity-wh",
             "type": "uint128"
            },
            {
             "name": "cell",
             "type": "uint128"
            },
            {
             "name": "load-w",
             "type": "uint128"
            },
            {
             "name": "meter",
             "type": "uint128"
            },
            {
             "name": "nonce-floor",
             "type": "uint128"
            },
            {
             "name": "peak-w",
             "type": "uint128"
            }
           ]
          }
         }
        }
       ]
      },
      "length": 50
     }
    }
   },
   {
    "name": "get-producer-data",
    "access": "read_only",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "application",
        "type": {
         "optional": {
          "tuple": [
           {
            "name": "capacity-kwh",
            "type": "uint128"
           },
           {
            "name": "peak-w",
            "type": "uint128"
           },
           {
            "name": "pending",
            "type": "bool"
           },
           {
            "name": "source",
            "type": {
             "string-ascii": {
              "length": 20
             }
            }
           }
          ]
         }
        }
       },
       {
        "name": "capacity-wh",
        "type": "uint128"
       },
       {
        "name": "certified",
        "type": "bool"
       },
       {
        "name": "entries",
        "type": "uint128"
       },
       {
        "name": "meter",
        "type": "uint128"
       },
       {
        "name": "peak-w",
        "type": "uint128"
       },
       {
        "name": "verified",
        "type": "bool"
       }
      ]
     }
    }
   },
   {
    "name": "get-production-bounds",
    "access": "read_only",
    "args": [],
    "outputs": {
     "tuple": [
      {
       "name": "max",
       "type": "uint128"
      },
      {
       "name": "min",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-profile",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "moved-at",
        "type": "uint128"
       },
       {
        "name": "privacy",
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
        "name": "since",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-user",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "bits",
        "type": "uint128"
       },
       {
        "name": "capacity-wh",
        "type": "uint128"
       },
       {
        "name": "cell",
        "type": "uint128"
       },
       {
        "name": "load-w",
        "type": "uint128"
       },
       {
        "name": "meter",
        "type": "uint128"
       },
       {
        "name": "nonce-floor",
        "type": "uint128"
       },
       {
        "name": "peak-w",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-users",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": {
       "list": {
        "type": "principal",
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "list": {
      "type": {
       "optional": {
        "tuple": [
         {
          "name": "bits",
          "type": "uint128"
         },
         {
          "name": "capacity-wh",
          "type": "uint128"
         },
         {
          "name": "cell",
          "type": "uint128"
         },
         {
          "name": "load-w",
          "type": "uint128"
         },
         {
          "name": "meter",
          "type": "uint128"
         },
         {
          "name": "nonce-floor",
          "type": "uint128"
         },
         {
          "name": "peak-w",
          "type": "uint128"
         }
        ]
       }
      },
      "length": 50
     }
    }
   },
   {
    "name": "is-certified",
    "access": "read_only",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "reactivate",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "household",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "register",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "household",
         "type": "principal"
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
         "name": "role",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "register-meter",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "algorithm",
         "type": "uint128"
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
         "name": "household",
         "type": "principal"
        },
        {
         "name": "meter",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "reject-application",
    "access": "public",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     },
     {
      "name": "reason",
      "type": {
       "string-utf8": {
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "by",
         "type": "principal"
        },
        {
         "name": "producer",
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "remove-certifier",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "revoke-certification",
    "access": "public",
    "args": [
     {
      "name": "producer",
      "type": "principal"
     },
     {
      "name": "reason",
      "type": {
       "string-utf8": {
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "by",
         "type": "principal"
        },
        {
         "name": "producer",
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-privacy",
    "access": "public",
    "args": [
     {
      "name": "bits",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bits",
         "type": "uint128"
        },
        {
         "name": "household",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-role",
    "access": "public",
    "args": [
     {
      "name": "role",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bits",
         "type": "uint128"
        },
        {
         "name": "household",
         "type": "principal"
        },
        {
         "name": "role",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "update-profile",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "household",
         "type": "principal"
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "verify-meter",
    "access": "public",
    "args": [
     {
      "name": "household",
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "by",
         "type": "principal"
        },
        {
         "name": "household",
         "type": "principal"
        },
        {
         "name": "load-w",
         "type": "uint128"
        },
        {
         "name": "meter",
         "type": "uint128"
        },
        {
         "name": "quality",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   }
  ]
 },
 "energy-oracle": {
  "functions": [
   {
    "name": "close-report",
    "access": "public",
    "args": [
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
     },
     {
      "name": "custody-to",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "curtailed",
         "type": "bool"
        },
        {
         "name": "custody",
         "type": "uint128"
        },
        {
         "name": "export-wh",
         "type": "uint128"
        },
        {
         "name": "revision",
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
         "name": "surplus",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-consumption",
    "access": "read_only",
    "args": [
     {
      "name": "household",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "closes-at",
        "type": "uint128"
       },
       {
        "name": "import-wh",
        "type": "uint128"
       },
       {
        "name": "revision",
        "type": "uint128"
       },
       {
        "name": "root",
        "type": {
         "buffer": {
          "length": 32
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-consumption-hash",
    "access": "read_only",
    "args": [
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
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-curtailment",
    "access": "read_only",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "cell",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": "uint128"
    }
   },
   {
    "name": "get-operators",
    "access": "read_only",
    "args": [],
    "outputs": {
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
    }
   },
   {
    "name": "get-peer",
    "access": "read_only",
    "args": [
     {
      "name": "role",
      "type": {
       "string-ascii": {
        "length": 20
       }
      }
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-production",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "cell",
        "type": "uint128"
       },
       {
        "name": "closes-at",
        "type": "uint128"
       },
       {
        "name": "curtailed",
        "type": "bool"
       },
       {
        "name": "export-wh",
        "type": "uint128"
       },
       {
        "name": "final",
        "type": "bool"
       },
       {
        "name": "first-at",
        "type": "uint128"
       },
       {
        "name": "revision",
        "type": "uint128"
       },
       {
        "name": "root",
        "type": {
         "buffer": {
          "length": 32
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-production-hash",
    "access": "read_only",
    "args": [
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
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-productions-hash",
    "access": "read_only",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "export-wh",
           "type": "uint128"
          },
          {
           "name": "revision",
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
           "name": "seller",
           "type": "principal"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-report",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "cell",
        "type": "uint128"
       },
       {
        "name": "closes-at",
        "type": "uint128"
       },
       {
        "name": "curtailed",
        "type": "bool"
       },
       {
        "name": "export-wh",
        "type": "uint128"
       },
       {
        "name": "final",
        "type": "bool"
       },
       {
        "name": "first-at",
        "type": "uint128"
       },
       {
        "name": "revision",
        "type": "uint128"
       },
       {
        "name": "root",
        "type": {
         "buffer": {
          "length": 32
         }
        }
       }
      ]
     }
    }
   },
   {
    "name": "get-rotation",
    "access": "read_only",
    "args": [],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "from",
        "type": "uint128"
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
     }
    }
   },
   {
    "name": "get-utility",
    "access": "read_only",
    "args": [],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "is-curtailed",
    "access": "read_only",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "cell",
      "type": "uint128"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "prove-contradiction",
    "access": "public",
    "args": [
     {
      "name": "operator",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "first",
      "type": {
       "tuple": [
        {
         "name": "row",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": {
          "list": {
           "type": {
            "tuple": [
             {
              "name": "export-wh",
              "type": "uint128"
             },
             {
              "name": "revision",
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
              "name": "seller",
              "type": "principal"
             }
            ]
           },
           "length": 50
          }
         }
        },
        {
         "name": "signature",
         "type": {
          "buffer": {
           "length": 65
          }
         }
        },
        {
         "name": "single",
         "type": "bool"
        }
       ]
      }
     },
     {
      "name": "second",
      "type": {
       "tuple": [
        {
         "name": "row",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": {
          "list": {
           "type": {
            "tuple": [
             {
              "name": "export-wh",
              "type": "uint128"
             },
             {
              "name": "revision",
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
              "name": "seller",
              "type": "principal"
             }
            ]
           },
           "length": 50
          }
         }
        },
        {
         "name": "signature",
         "type": {
          "buffer": {
           "length": 65
          }
         }
        },
        {
         "name": "single",
         "type": "bool"
        }
       ]
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "finder",
         "type": "principal"
        },
        {
         "name": "operator",
         "type": "principal"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "resign",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "rotate-operators",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-operators",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-peer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-utility",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "utility",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "submit-consumption",
    "access": "public",
    "args": [
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
      "name": "signatures",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "index",
           "type": "uint128"
          },
          {
           "name": "signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          }
         ]
        },
        "length": 9
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "household",
         "type": "principal"
        },
        {
         "name": "import-wh",
         "type": "uint128"
        },
        {
         "name": "revision",
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
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "submit-curtailment",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
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
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "submit-production",
    "access": "public",
    "args": [
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
      "name": "signatures",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "index",
           "type": "uint128"
          },
          {
           "name": "signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          }
         ]
        },
        "length": 9
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "export-wh",
         "type": "uint128"
        },
        {
         "name": "revision",
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
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "submit-productions",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "export-wh",
           "type": "uint128"
          },
          {
           "name": "revision",
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
           "name": "seller",
           "type": "principal"
          }
         ]
        },
        "length": 50
       }
      }
     },
     {
      "name": "signatures",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "index",
           "type": "uint128"
          },
          {
           "name": "signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          }
         ]
        },
        "length": 9
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "accepted",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "verify-reading",
    "access": "read_only",
    "args": [
     {
      "name": "root",
      "type": {
       "buffer": {
        "length": 32
       }
      }
     },
     {
      "name": "index",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "salt",
      "type": {
       "buffer": {
        "length": 32
       }
      }
     },
     {
      "name": "proof",
      "type": {
       "list": {
        "type": {
         "buffer": {
          "length": 32
         }
        },
        "length": 8
       }
      }
     }
    ],
    "outputs": "bool"
   }
  ]
 },
 "trade-escrow": {
  "functions": [
   {
    "name": "cancel",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "refund",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-for",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "buyer",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "refund",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "confirm-receipt",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "delivered",
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "paid",
         "type": "uint128"
        },
        {
         "name": "refund",
         "type": "uint128"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "deposit",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "vault",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "deposit-asset",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "trait_reference"
     },
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "vault",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "finalize",
    "access": "public",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "custody",
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
         "name": "revision",
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
         "name": "surplus",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-account",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "bought",
       "type": {
        "list": {
         "type": "uint128",
         "length": 32
        }
       }
      },
      {
       "name": "due",
       "type": "uint128"
      },
      {
       "name": "due-wh",
       "type": "uint128"
      },
      {
       "name": "epoch",
       "type": "uint128"
      },
      {
       "name": "hold",
       "type": {
        "optional": {
         "tuple": [
          {
           "name": "amount",
           "type": "uint128"
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
          }
         ]
        }
       }
      },
      {
       "name": "suspended-until",
       "type": "uint128"
      },
      {
       "name": "used",
       "type": {
        "list": {
         "type": "uint128",
         "length": 7
        }
       }
      },
      {
       "name": "vault",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-asset",
    "access": "read_only",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "ceiling",
        "type": "uint128"
       },
       {
        "name": "floor",
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
        "name": "open",
        "type": "bool"
       }
      ]
     }
    }
   },
   {
    "name": "get-asset-account",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     },
     {
      "name": "asset",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "due",
       "type": "uint128"
      },
      {
       "name": "vault",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-asset-pots",
    "access": "read_only",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "grid",
       "type": "uint128"
      },
      {
       "name": "treasury",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-grid-operator",
    "access": "read_only",
    "args": [],
    "outputs": "principal"
   },
   {
    "name": "get-peer",
    "access": "read_only",
    "args": [
     {
      "name": "role",
      "type": {
       "string-ascii": {
        "length": 20
       }
      }
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-pots",
    "access": "read_only",
    "args": [],
    "outputs": {
     "tuple": [
      {
       "name": "grid",
       "type": "uint128"
      },
      {
       "name": "treasury",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-slot",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "curtailed",
       "type": "bool"
      },
      {
       "name": "custody",
       "type": "uint128"
      },
      {
       "name": "handed",
       "type": "uint128"
      },
      {
       "name": "lead",
       "type": "uint128"
      },
      {
       "name": "lead-wh",
       "type": "uint128"
      },
      {
       "name": "promised",
       "type": "uint128"
      },
      {
       "name": "settled",
       "type": "uint128"
      },
      {
       "name": "status",
       "type": "uint128"
      },
      {
       "name": "trades",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-total",
    "access": "read_only",
    "args": [
     {
      "name": "cost",
      "type": "uint128"
     },
     {
      "name": "terms",
      "type": "uint128"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "fee",
       "type": "uint128"
      },
      {
       "name": "grid",
       "type": "uint128"
      },
      {
       "name": "total",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-trade",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "buyer",
        "type": "principal"
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
        "name": "origin",
        "type": "uint128"
       },
       {
        "name": "pv",
        "type": "uint128"
       },
       {
        "name": "ref",
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
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "terms",
        "type": "uint128"
       },
       {
        "name": "wh",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-trade-asset",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-trade-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-used",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "hold-many",
    "access": "public",
    "args": [
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
      "name": "now",
      "type": "uint128"
     },
     {
      "name": "terms",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "buyer",
           "type": "principal"
          },
          {
           "name": "buyer-limit",
           "type": "uint128"
          },
          {
           "name": "buyer-wh",
           "type": "uint128"
          },
          {
           "name": "cost",
           "type": "uint128"
          },
          {
           "name": "load-w",
           "type": "uint128"
          },
          {
           "name": "peak-w",
           "type": "uint128"
          },
          {
           "name": "seller",
           "type": "principal"
          },
          {
           "name": "seller-limit",
           "type": "uint128"
          },
          {
           "name": "seller-wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": "uint128",
      "error": "uint128"
     }
    }
   },
   {
    "name": "mark-disputed",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-direct",
    "access": "public",
    "args": [
     {
      "name": "row",
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "buyer-limit",
         "type": "uint128"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "load-w",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "peak-w",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "seller-limit",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "now",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
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
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-for-seller",
    "access": "public",
    "args": [
     {
      "name": "common",
      "type": {
       "tuple": [
        {
         "name": "now",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "peak-w",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "seller-limit",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "buyer",
           "type": "principal"
          },
          {
           "name": "buyer-limit",
           "type": "uint128"
          },
          {
           "name": "cost",
           "type": "uint128"
          },
          {
           "name": "load-w",
           "type": "uint128"
          },
          {
           "name": "ref",
           "type": "uint128"
          },
          {
           "name": "terms",
           "type": "uint128"
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-from-vault",
    "access": "public",
    "args": [
     {
      "name": "row",
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "buyer-limit",
         "type": "uint128"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "load-w",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "peak-w",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "seller-limit",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "now",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
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
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-in-asset",
    "access": "public",
    "args": [
     {
      "name": "row",
      "type": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "buyer-limit",
         "type": "uint128"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "load-w",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "peak-w",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "seller-limit",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "now",
      "type": "uint128"
     },
     {
      "name": "asset",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "origin",
         "type": "uint128"
        },
        {
         "name": "pv",
         "type": "uint128"
        },
        {
         "name": "ref",
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
         "name": "terms",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-many",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "pv",
      "type": "uint128"
     },
     {
      "name": "now",
      "type": "uint128"
     },
     {
      "name": "origin",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "buyer",
           "type": "principal"
          },
          {
           "name": "buyer-limit",
           "type": "uint128"
          },
          {
           "name": "cost",
           "type": "uint128"
          },
          {
           "name": "load-w",
           "type": "uint128"
          },
          {
           "name": "peak-w",
           "type": "uint128"
          },
          {
           "name": "ref",
           "type": "uint128"
          },
          {
           "name": "seller",
           "type": "principal"
          },
          {
           "name": "seller-limit",
           "type": "uint128"
          },
          {
           "name": "terms",
           "type": "uint128"
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "payout",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "due",
         "type": "uint128"
        },
        {
         "name": "due-wh",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "payout-asset",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "trait_reference"
     },
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "due",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "resolve-by-verdict",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "paid",
         "type": "uint128"
        },
        {
         "name": "refund",
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "resolve-trade",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "delivered",
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "paid",
         "type": "uint128"
        },
        {
         "name": "refund",
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
         "name": "status",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-asset",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "ceiling",
         "type": "uint128"
        },
        {
         "name": "floor",
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
         "name": "open",
         "type": "bool"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-grid-operator",
    "access": "public",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "operator",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "set-peer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "settle",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "delivered",
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "paid",
         "type": "uint128"
        },
        {
         "name": "refund",
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
         "name": "status",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "settle-slot",
    "access": "public",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "dust",
         "type": "uint128"
        },
        {
         "name": "handed",
         "type": "uint128"
        },
        {
         "name": "paid",
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
         "name": "trades",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "sweep-asset-fees",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "trait_reference"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "grid",
         "type": "uint128"
        },
        {
         "name": "treasury",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "sweep-fees",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "grid",
         "type": "uint128"
        },
        {
         "name": "treasury",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "verify-energy-transfer",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "buyer",
        "type": "principal"
       },
       {
        "name": "delivered",
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
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "verified",
        "type": "bool"
       },
       {
        "name": "wh",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "void-slot",
    "access": "public",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "promised",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "withdraw",
    "access": "public",
    "args": [
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "vault",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "withdraw-asset",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "trait_reference"
     },
     {
      "name": "amount",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "vault",
         "type": "uint128"
        },
        {
         "name": "who",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   }
  ]
 },
 "marketplace": {
  "functions": [
   {
    "name": "accept-offer",
    "access": "public",
    "args": [
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
      "name": "max-total",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "remaining",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "accept-offer-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     },
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
      "name": "max-total",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "remaining",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "add-energy-for-sale",
    "access": "public",
    "args": [
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "expires-at",
         "type": "uint128"
        },
        {
         "name": "on-sale",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "reserve",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "buy-energy-from-user",
    "access": "public",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "max-price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "closes-at",
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
         "name": "on-sale",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "purchase",
         "type": "uint128"
        },
        {
         "name": "refund-bps",
         "type": "uint128"
        },
        {
         "name": "reserve",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-offer",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-request",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-signed",
    "access": "public",
    "args": [
     {
      "name": "nonce",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "cancel-trade",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "refund",
         "type": "uint128"
        },
        {
         "name": "released",
         "type": "bool"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "create-offer",
    "access": "public",
    "args": [
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
      "name": "expiry",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "end-price",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "id",
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "create-offer-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
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
      "name": "expiry",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": "principal"
        },
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "end-price",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "id",
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "create-offers",
    "access": "public",
    "args": [
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "end-price",
           "type": "uint128"
          },
          {
           "name": "expiry",
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
           "name": "slot",
           "type": "uint128"
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 24
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "ids",
         "type": {
          "list": {
           "type": "uint128",
           "length": 24
          }
         }
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "create-request",
    "access": "public",
    "args": [
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "max-price",
         "type": "uint128"
        },
        {
         "name": "min-wh",
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
         "name": "urgency",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "create-request-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "asset",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "buyer",
         "type": "principal"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "max-price",
         "type": "uint128"
        },
        {
         "name": "min-wh",
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
         "name": "urgency",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "execute-auction",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "district",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "bid",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "bid-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "offer",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "offer-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "district",
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
        },
        {
         "name": "opened",
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
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "fill-request",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
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
      "name": "price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "offer",
         "type": {
          "optional": "uint128"
         }
        },
        {
         "name": "remaining",
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
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "fill-request-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     },
     {
      "name": "id",
      "type": "uint128"
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
      "name": "price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "offer",
         "type": {
          "optional": "uint128"
         }
        },
        {
         "name": "remaining",
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
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "fill-signed-offer",
    "access": "public",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "max-total",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "filled",
         "type": "uint128"
        },
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "fill-signed-offer-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     },
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "max-total",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "filled",
         "type": "uint128"
        },
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "fill-standing",
    "access": "public",
    "args": [
     {
      "name": "intent",
      "type": {
       "tuple": [
        {
         "name": "cap",
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
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
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
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
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
      "name": "price",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "filled",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "nonce",
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
         "name": "spent",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-asset-order-hash",
    "access": "read_only",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "cell",
      "type": "uint128"
     },
     {
      "name": "asset",
      "type": "principal"
     },
     {
      "name": "bid",
      "type": "bool"
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-auction",
    "access": "read_only",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "district",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "bond",
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
        "name": "executed",
        "type": "bool"
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
        "name": "high",
        "type": "uint128"
       },
       {
        "name": "low",
        "type": "uint128"
       },
       {
        "name": "poster",
        "type": "principal"
       },
       {
        "name": "posting",
        "type": "uint128"
       },
       {
        "name": "price",
        "type": "uint128"
       },
       {
        "name": "ties",
        "type": "uint128"
       },
       {
        "name": "volume",
        "type": "uint128"
       },
       {
        "name": "welfare",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-auction-bonds",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-auction-order-hash",
    "access": "read_only",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "cell",
      "type": "uint128"
     },
     {
      "name": "bid",
      "type": "bool"
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-bid-hash",
    "access": "read_only",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "cell",
      "type": "uint128"
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-commission-rate",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-current-energy-reserve",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-energy-balance",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": "uint128",
      "error": "none"
     }
    }
   },
   {
    "name": "get-energy-for-sale",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "expires-at",
       "type": "uint128"
      },
      {
       "name": "price",
       "type": "uint128"
      },
      {
       "name": "wh",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-energy-price",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-energy-reserve-limit",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-filled",
    "access": "read_only",
    "args": [
     {
      "name": "maker",
      "type": "principal"
     },
     {
      "name": "nonce",
      "type": "uint128"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "cancelled",
       "type": "bool"
      },
      {
       "name": "wh",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-max-energy-per-user",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-offer-asset",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": "principal"
    }
   },
   {
    "name": "get-offer-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-offer-details",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "current-price",
        "type": "uint128"
       },
       {
        "name": "end-price",
        "type": "uint128"
       },
       {
        "name": "expiry",
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
        "name": "remaining",
        "type": "uint128"
       },
       {
        "name": "revision",
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
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "updated-at",
        "type": "uint128"
       },
       {
        "name": "wh",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-offer-hash",
    "access": "read_only",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "cell",
      "type": "uint128"
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-price-bounds",
    "access": "read_only",
    "args": [],
    "outputs": {
     "tuple": [
      {
       "name": "ceiling",
       "type": "uint128"
      },
      {
       "name": "floor",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-purchase",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "buyer",
        "type": "principal"
       },
       {
        "name": "closes-at",
        "type": "uint128"
       },
       {
        "name": "cost",
        "type": "uint128"
       },
       {
        "name": "held",
        "type": "uint128"
       },
       {
        "name": "refund-bps",
        "type": "uint128"
       },
       {
        "name": "refunded-wh",
        "type": "uint128"
       },
       {
        "name": "seller",
        "type": "principal"
       },
       {
        "name": "wh",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-purchase-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-refund-rate",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-refund-window",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-request",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "asset",
        "type": {
         "optional": "principal"
        }
       },
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "buyer",
        "type": "principal"
       },
       {
        "name": "expiry",
        "type": "uint128"
       },
       {
        "name": "max-price",
        "type": "uint128"
       },
       {
        "name": "min-wh",
        "type": "uint128"
       },
       {
        "name": "remaining",
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
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "urgency",
        "type": "uint128"
       },
       {
        "name": "wh",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-request-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-spent",
    "access": "read_only",
    "args": [
     {
      "name": "maker",
      "type": "principal"
     },
     {
      "name": "nonce",
      "type": "uint128"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-standing-hash",
    "access": "read_only",
    "args": [
     {
      "name": "intent",
      "type": {
       "tuple": [
        {
         "name": "cap",
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
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
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
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-stx-balance",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "get-tie",
    "access": "read_only",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "maker",
      "type": "principal"
     }
    ],
    "outputs": "uint128"
   },
   {
    "name": "is-released",
    "access": "read_only",
    "args": [
     {
      "name": "trade",
      "type": "uint128"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "match-listed-bids",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "bid",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "bid-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "ids",
         "type": {
          "list": {
           "type": "uint128",
           "length": 50
          }
         }
        },
        {
         "name": "opened",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "sold",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-offer-bids",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "offer",
      "type": {
       "tuple": [
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "bid",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "bid-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "ids",
         "type": {
          "list": {
           "type": "uint128",
           "length": 50
          }
         }
        },
        {
         "name": "opened",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "sold",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-request",
    "access": "public",
    "args": [
     {
      "name": "offer-id",
      "type": "uint128"
     },
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "offer",
         "type": {
          "optional": "uint128"
         }
        },
        {
         "name": "remaining",
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
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-request-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     },
     {
      "name": "offer-id",
      "type": "uint128"
     },
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "offer",
         "type": {
          "optional": "uint128"
         }
        },
        {
         "name": "remaining",
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
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-signed-batch",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "bid",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "bid-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "offer",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "offer-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "ids",
         "type": {
          "list": {
           "type": "uint128",
           "length": 50
          }
         }
        },
        {
         "name": "opened",
         "type": "uint128"
        },
        {
         "name": "rows",
         "type": "uint128"
        },
        {
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-signed-in",
    "access": "public",
    "args": [
     {
      "name": "asset",
      "type": "principal"
     },
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "offer",
      "type": {
       "tuple": [
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "offer-signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "bid",
      "type": {
       "tuple": [
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "bid-signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-signed-standing",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "offer",
      "type": {
       "tuple": [
        {
         "name": "cell",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "offer-signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "intent",
      "type": {
       "tuple": [
        {
         "name": "cap",
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
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
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
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "filled",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "nonce",
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
         "name": "spent",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "match-standing",
    "access": "public",
    "args": [
     {
      "name": "offer-id",
      "type": "uint128"
     },
     {
      "name": "intent",
      "type": {
       "tuple": [
        {
         "name": "cap",
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
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
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
         "name": "wh",
         "type": "uint128"
        }
       ]
      }
     },
     {
      "name": "signature",
      "type": {
       "buffer": {
        "length": 65
       }
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "filled",
         "type": "uint128"
        },
        {
         "name": "locked",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "nonce",
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
         "name": "spent",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "post-auction",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "district",
      "type": "uint128"
     },
     {
      "name": "rows",
      "type": {
       "list": {
        "type": {
         "tuple": [
          {
           "name": "bid",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "bid-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "offer",
           "type": {
            "tuple": [
             {
              "name": "cell",
              "type": "uint128"
             },
             {
              "name": "expiry",
              "type": "uint128"
             },
             {
              "name": "maker",
              "type": "principal"
             },
             {
              "name": "min-wh",
              "type": "uint128"
             },
             {
              "name": "nonce",
              "type": "uint128"
             },
             {
              "name": "price",
              "type": "uint128"
             },
             {
              "name": "wh",
              "type": "uint128"
             }
            ]
           }
          },
          {
           "name": "offer-signature",
           "type": {
            "buffer": {
             "length": 65
            }
           }
          },
          {
           "name": "wh",
           "type": "uint128"
          }
         ]
        },
        "length": 50
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "bond",
         "type": "uint128"
        },
        {
         "name": "closes-at",
         "type": "uint128"
        },
        {
         "name": "district",
         "type": "uint128"
        },
        {
         "name": "ends-at",
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
         "name": "high",
         "type": "uint128"
        },
        {
         "name": "low",
         "type": "uint128"
        },
        {
         "name": "outbid",
         "type": {
          "optional": "principal"
         }
        },
        {
         "name": "poster",
         "type": "principal"
        },
        {
         "name": "posting",
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
         "name": "slot",
         "type": "uint128"
        },
        {
         "name": "ties",
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
         "name": "won",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "quote",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "buyer",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "cost",
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
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "total",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "quote-energy",
    "access": "read_only",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "cost",
         "type": "uint128"
        },
        {
         "name": "fee",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "total",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "quote-signed",
    "access": "read_only",
    "args": [
     {
      "name": "order",
      "type": {
       "tuple": [
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "maker",
         "type": "principal"
        },
        {
         "name": "min-wh",
         "type": "uint128"
        },
        {
         "name": "nonce",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
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
      }
     },
     {
      "name": "wh",
      "type": "uint128"
     },
     {
      "name": "buyer",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "cost",
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
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "total",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "refund-energy",
    "access": "public",
    "args": [
     {
      "name": "purchase",
      "type": "uint128"
     },
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "buyer",
         "type": "principal"
        },
        {
         "name": "held",
         "type": "uint128"
        },
        {
         "name": "purchase",
         "type": "uint128"
        },
        {
         "name": "refund",
         "type": "uint128"
        },
        {
         "name": "relisted",
         "type": "bool"
        },
        {
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "release-cancelled",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "release-proceeds",
    "access": "public",
    "args": [
     {
      "name": "purchase",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "amount",
         "type": "uint128"
        },
        {
         "name": "purchase",
         "type": "uint128"
        },
        {
         "name": "seller",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "remove-energy-from-sale",
    "access": "public",
    "args": [
     {
      "name": "wh",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "expired",
         "type": "bool"
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
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "return-bond",
    "access": "public",
    "args": [
     {
      "name": "slot",
      "type": "uint128"
     },
     {
      "name": "district",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bond",
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
         "name": "slot",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "return-expired-energy",
    "access": "public",
    "args": [
     {
      "name": "seller",
      "type": "principal"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "expired",
         "type": "bool"
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
         "name": "seller",
         "type": "principal"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "update-offer",
    "access": "public",
    "args": [
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
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "end-price",
         "type": "uint128"
        },
        {
         "name": "expiry",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "price",
         "type": "uint128"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "wh",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   }
  ]
 },
 "dispute-resolution": {
  "functions": [
   {
    "name": "call-jury",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "caller",
         "type": "principal"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "size",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "commit-vote",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "hash",
      "type": {
       "buffer": {
        "length": 32
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "hash",
         "type": {
          "buffer": {
           "length": 32
          }
         }
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "juror",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "conclude-jury",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bond-returned",
         "type": "bool"
        },
        {
         "name": "how",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "upheld",
         "type": "bool"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "draw-jury",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "commit-until",
         "type": "uint128"
        },
        {
         "name": "ends-at",
         "type": "uint128"
        },
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
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "enrol-juror",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "get-ballot",
    "access": "read_only",
    "args": [
     {
      "name": "dispute",
      "type": "uint128"
     },
     {
      "name": "juror",
      "type": "principal"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "hash",
        "type": {
         "buffer": {
          "length": 32
         }
        }
       },
       {
        "name": "revealed",
        "type": "bool"
       },
       {
        "name": "uphold",
        "type": "bool"
       }
      ]
     }
    }
   },
   {
    "name": "get-ballot-hash",
    "access": "read_only",
    "args": [
     {
      "name": "dispute",
      "type": "uint128"
     },
     {
      "name": "juror",
      "type": "principal"
     },
     {
      "name": "uphold",
      "type": "bool"
     },
     {
      "name": "salt",
      "type": {
       "buffer": {
        "length": 32
       }
      }
     }
    ],
    "outputs": {
     "buffer": {
      "length": 32
     }
    }
   },
   {
    "name": "get-bonds",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-dispute",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "answer",
        "type": "uint128"
       },
       {
        "name": "answer-bond",
        "type": "uint128"
       },
       {
        "name": "at",
        "type": "uint128"
       },
       {
        "name": "bond",
        "type": "uint128"
       },
       {
        "name": "claim",
        "type": "uint128"
       },
       {
        "name": "claimant",
        "type": "principal"
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
        "name": "respondent",
        "type": "principal"
       },
       {
        "name": "revision",
        "type": "uint128"
       },
       {
        "name": "status",
        "type": "uint128"
       },
       {
        "name": "trade",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-dispute-count",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-dispute-of",
    "access": "read_only",
    "args": [
     {
      "name": "trade",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": "uint128"
    }
   },
   {
    "name": "get-juror",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": {
     "tuple": [
      {
       "name": "at",
       "type": {
        "optional": "uint128"
       }
      },
      {
       "name": "seats",
       "type": "uint128"
      }
     ]
    }
   },
   {
    "name": "get-jury",
    "access": "read_only",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "optional": {
      "tuple": [
       {
        "name": "caller",
        "type": "principal"
       },
       {
        "name": "commit-until",
        "type": "uint128"
       },
       {
        "name": "ends-at",
        "type": "uint128"
       },
       {
        "name": "failed",
        "type": "bool"
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
        "name": "jurors",
        "type": {
         "list": {
          "type": "principal",
          "length": 7
         }
        }
       },
       {
        "name": "rejected",
        "type": "uint128"
       },
       {
        "name": "size",
        "type": "uint128"
       },
       {
        "name": "upheld",
        "type": "uint128"
       }
      ]
     }
    }
   },
   {
    "name": "get-pool-size",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "get-undrawn",
    "access": "read_only",
    "args": [],
    "outputs": "uint128"
   },
   {
    "name": "is-eligible",
    "access": "read_only",
    "args": [
     {
      "name": "who",
      "type": "principal"
     }
    ],
    "outputs": "bool"
   },
   {
    "name": "leave-pool",
    "access": "public",
    "args": [],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   },
   {
    "name": "open-dispute",
    "access": "public",
    "args": [
     {
      "name": "trade",
      "type": "uint128"
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "bond",
         "type": "uint128"
        },
        {
         "name": "claim",
         "type": "uint128"
        },
        {
         "name": "claimant",
         "type": "principal"
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "rate",
    "access": "public",
    "args": [
     {
      "name": "trade",
      "type": "uint128"
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "by",
         "type": "principal"
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
         "name": "of",
         "type": "principal"
        },
        {
         "name": "stars",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "resolve-automatic",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "bond-returned",
         "type": "bool"
        },
        {
         "name": "how",
         "type": "uint128"
        },
        {
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "revision",
         "type": "uint128"
        },
        {
         "name": "trade",
         "type": "uint128"
        },
        {
         "name": "upheld",
         "type": "bool"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "respond",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
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
     }
    ],
    "outputs": {
     "response": {
      "ok": {
       "tuple": [
        {
         "name": "agree",
         "type": "bool"
        },
        {
         "name": "at",
         "type": "uint128"
        },
        {
         "name": "bond",
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
         "name": "id",
         "type": "uint128"
        },
        {
         "name": "respondent",
         "type": "principal"
        }
       ]
      },
      "error": "uint128"
     }
    }
   },
   {
    "name": "reveal-vote",
    "access": "public",
    "args": [
     {
      "name": "id",
      "type": "uint128"
     },
     {
      "name": "uphold",
      "type": "bool"
     },
     {
      "name": "salt",
      "type": {
       "buffer": {
        "length": 32
       }
      }
     }
    ],
    "outputs": {
     "response": {
      "ok": {
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
      "error": "uint128"
     }
    }
   }
  ]
 }
} as const satisfies Record<string, Abi>;
