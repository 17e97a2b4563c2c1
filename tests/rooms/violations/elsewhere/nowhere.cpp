// A folder that is no room.
#include <string>
